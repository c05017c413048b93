"""Pictures of items: found, stored once, and never outside the folder."""

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from catalog.item import Item
from catalog.objects import FolderObjects
from catalog.photos import PhotoConfig, Photos, Pictured
from catalog.picture import MAX_FILE_BYTES
from catalog.picture_keys import thumb_key
from tests.catalog.command_line import run


def store(folder: Path, *items: Item) -> list[Pictured]:
    objects = FolderObjects(folder / "objects", create=True)
    return list(Photos(folder / "shop", objects).store_all(enumerate(items, 2)))


def stored(folder: Path) -> list[str]:
    return list(FolderObjects(folder / "objects").list("images/"))


def key_of(data: bytes) -> str:
    return f"images/{hashlib.sha256(data).hexdigest()}.jpg"


def put(folder: Path, name: str, data: bytes) -> None:
    path = folder / "shop" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_pictures_are_found_by_field_or_by_id_and_stored_once(tmp_path: Path, draw: Any) -> None:
    photo = draw("JPEG")
    put(tmp_path, "photos/a.jpg", photo)
    put(tmp_path, "images/sku 2.JPG", photo)
    put(tmp_path, "images/셔츠.png", draw("PNG", "RGBA"))
    found = store(
        tmp_path,
        Item(item_id="1", image="photos/../photos/a.jpg"),
        Item(item_id="sku 2"),
        Item(item_id="셔츠"),
        Item(item_id="none"),
    )
    keys = [one.item.image for one in found]
    assert keys[:2] == [key_of(photo)] * 2
    assert keys[2] is not None
    assert keys[3] is None
    assert stored(tmp_path) == sorted({key for key in keys if key})
    assert [one.fault for one in found] == [""] * 4


def test_a_jpeg_beside_a_png_of_the_same_name_is_taken(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/1.png", draw("PNG"))
    put(tmp_path, "images/1.jpg", draw("JPEG"))
    assert store(tmp_path, Item(item_id="1"))[0].item.image == key_of(draw("JPEG"))


def test_what_is_stored_already_is_not_stored_again(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/1.jpg", draw("JPEG"))
    put(tmp_path, "images/2.png", draw("PNG"))
    items = [Item(item_id="1"), Item(item_id="2")]
    first = store(tmp_path, *items)
    times = [path.stat().st_mtime_ns for path in (tmp_path / "objects").rglob("*.jpg")]
    assert store(tmp_path, *items) == first
    assert [p.stat().st_mtime_ns for p in (tmp_path / "objects").rglob("*.jpg")] == times


def test_a_key_of_the_store_is_taken_as_it_is(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/1.jpg", draw("JPEG"))
    (first,) = store(tmp_path, Item(item_id="1"))
    (again,) = store(tmp_path, Item(item_id="other", image=first.item.image))
    assert (again.item.image, again.fault) == (first.item.image, "")


@pytest.mark.parametrize("image", ["images\\S1.JPG", "S1.JPG", "S1.jpg", "images/S1.JPG"])
def test_a_path_of_windows_or_a_bare_name_is_found_too(
    tmp_path: Path, draw: Any, image: str
) -> None:
    put(tmp_path, "images/S1.JPG", draw("JPEG"))
    put(tmp_path, "images/deep/S2.JPG", draw("JPEG"))
    (found,) = store(tmp_path, Item(item_id="1", image=image))
    assert found.fault == ""
    assert found.item.image is not None


@pytest.mark.parametrize("image", ["S1.png", "S3.jpg", "elsewhere/S1.JPG", "..\\S1.JPG"])
def test_another_name_is_not_taken_for_a_picture(tmp_path: Path, draw: Any, image: str) -> None:
    put(tmp_path, "images/S1.JPG", draw("JPEG"))
    (found,) = store(tmp_path, Item(item_id="1", image=image))
    assert found.fault
    assert found.item.image is None


@pytest.mark.parametrize(
    ("image", "fault"),
    [
        ("../secret.jpg", "leads out of the catalogue's folder; put pictures below it"),
        ("/etc/passwd", "leads out of the catalogue's folder; put pictures below it"),
        ("linked/secret.jpg", "leads out of the catalogue's folder; put pictures below it"),
        ("nowhere.jpg", "no such file beside the catalogue"),
        ("images", "no such file beside the catalogue"),
        ("https://x.y/a.jpg", "an address on the web; download it and give its path"),
        ("a\x00b.jpg", "no path of a file (embedded null byte)"),
        ("x" * 300 + ".jpg", "no path of a file (File name too long)"),
        ("broken.jpg", "not a picture in JPEG, PNG, WebP, GIF or BMP, whatever its name says"),
        ("huge.jpg", "67,108,865 bytes; at most 67,108,864: make it smaller"),
    ],
)
def test_a_picture_that_is_not_to_be_had_leaves_its_item(
    tmp_path: Path, draw: Any, image: str, fault: str
) -> None:
    (tmp_path / "secret.jpg").write_bytes(draw("JPEG"))
    put(tmp_path, "images/other.jpg", draw("JPEG"))
    put(tmp_path, "broken.jpg", b"nothing")
    (tmp_path / "shop" / "linked").symlink_to(tmp_path)
    with (tmp_path / "shop" / "huge.jpg").open("wb") as file:
        os.truncate(file.fileno(), MAX_FILE_BYTES + 1)
    (found,) = store(tmp_path, Item(item_id="1", image=image))
    assert (found.row, found.item, found.got, found.fault) == (2, Item(item_id="1"), image, fault)
    assert stored(tmp_path) == []


def test_many_items_come_back_in_order(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/7.jpg", draw("JPEG"))
    items = [Item(item_id=str(i)) for i in range(1500)]
    found = store(tmp_path, *items)
    assert [one.item.item_id for one in found] == [item.item_id for item in items]
    assert [one.row for one in found] == list(range(2, 1502))


def test_a_picture_with_an_ids_name_is_not_followed_out_of_the_folder(
    tmp_path: Path, draw: Any
) -> None:
    (tmp_path / "secret.jpg").write_bytes(draw("JPEG"))
    put(tmp_path, "images/other.jpg", draw("JPEG"))
    (tmp_path / "shop" / "images" / "1.jpg").symlink_to(tmp_path / "secret.jpg")
    (found,) = store(tmp_path, Item(item_id="1"))
    assert (found.item.image, found.got) == (None, "images/1.jpg")
    assert found.fault == "leads out of the catalogue's folder; put pictures below it"
    assert stored(tmp_path) == []


@pytest.mark.parametrize("item_id", ["../../secret", "..", "/etc/passwd", "a/../../secret", "."])
def test_an_id_that_is_a_path_finds_no_picture(tmp_path: Path, draw: Any, item_id: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(draw("JPEG"))
    put(tmp_path, "images/other.jpg", draw("JPEG"))
    (found,) = store(tmp_path, Item(item_id=item_id))
    assert (found.item.image, found.fault) == (None, "")
    assert stored(tmp_path) == []


def test_a_pipe_is_no_picture_and_is_not_waited_at(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/other.jpg", draw("JPEG"))
    os.mkfifo(tmp_path / "shop" / "images" / "1.jpg")
    (tmp_path / "shop" / "images" / "2.jpg").symlink_to("2.jpg")
    found = store(tmp_path, Item(item_id="1"), Item(item_id="2"))
    assert [one.got for one in found] == ["images/1.jpg", "images/2.jpg"]
    assert found[0].fault == "no such file beside the catalogue"
    assert found[1].fault.startswith("no path of a file (Symlink loop from ")


def test_a_picture_is_found_whatever_normal_form_its_name_has(tmp_path: Path, draw: Any) -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    put(tmp_path, f"images/{decomposed}.jpg", draw("JPEG"))
    assert store(tmp_path, Item(item_id=composed))[0].item.image == key_of(draw("JPEG"))
    assert store(tmp_path, Item(item_id=decomposed))[0].item.image == key_of(draw("JPEG"))
    other = draw("JPEG", size=(32, 32))
    put(tmp_path, f"images/{composed}.jpg", other)
    assert store(tmp_path, Item(item_id=composed))[0].item.image == key_of(other)
    assert store(tmp_path, Item(item_id=decomposed))[0].item.image == key_of(draw("JPEG"))


def thumbs(folder: Path) -> list[str]:
    return list(FolderObjects(folder / "objects").list("thumbs/"))


def test_every_picture_has_a_thumbnail(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/1.jpg", draw("JPEG", size=(900, 600)))
    put(tmp_path, "images/2.png", draw("PNG", "RGBA", size=(2000, 3000)))
    put(tmp_path, "images/3.jpg", b"nothing")
    found = store(tmp_path, *(Item(item_id=f"{i}") for i in (1, 2, 3)))
    keys = [one.item.image for one in found if one.item.image]
    assert thumbs(tmp_path) == sorted(str(thumb_key(key)) for key in keys)
    objects = FolderObjects(tmp_path / "objects")
    sizes = [Image.open(io.BytesIO(objects.get(str(thumb_key(key))))).size for key in keys]
    assert sizes == [(384, 256), (256, 384)]


def test_a_store_without_thumbnails_gets_them(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/1.jpg", draw("JPEG"))
    put(tmp_path, "images/2.png", draw("PNG"))
    first = store(tmp_path, Item(item_id="1"), Item(item_id="2"))
    objects = FolderObjects(tmp_path / "objects")
    made = {key: objects.get(key) for key in thumbs(tmp_path)}
    for again in (first, store(tmp_path, Item(item_id="1"), Item(item_id="2"))):
        for key in made:
            objects.delete(key)
        items = (Item(item_id=f"{i}", image=one.item.image) for i, one in enumerate(again))
        store(tmp_path, *items)
        assert {key: objects.get(key) for key in thumbs(tmp_path)} == made


def test_a_file_that_was_stored_before_is_not_decoded_again(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/1.png", draw("PNG"))
    (first,) = store(tmp_path, Item(item_id="1"))
    key = str(first.item.image)
    # What cannot be decoded stands for what need not be.
    put(tmp_path, "images/2.png", b"no picture at all")
    source = hashlib.sha256(b"no picture at all").hexdigest()
    entry = f"{source} {key.removeprefix('images/').removesuffix('.jpg')}\n"
    objects = FolderObjects(tmp_path / "objects")
    objects.put("sources/1/by-hand.txt", entry.encode())
    (second,) = store(tmp_path, Item(item_id="2"))
    assert (second.item.image, second.fault) == (key, "")
    # A picture that has gone from the store is made again.
    objects.delete(key)
    (again,) = store(tmp_path, Item(item_id="1"))
    assert (again.item.image, objects.exists(key)) == (key, True)


def test_what_is_known_of_files_grows_only_with_new_ones(tmp_path: Path, draw: Any) -> None:
    put(tmp_path, "images/1.png", draw("PNG"))
    put(tmp_path, "images/2.jpg", draw("JPEG"))
    store(tmp_path, Item(item_id="1"), Item(item_id="2"))
    objects = FolderObjects(tmp_path / "objects")
    (name,) = objects.list("sources/")
    source = hashlib.sha256(draw("PNG")).hexdigest()
    assert objects.get(name).decode().startswith(f"{source} ")
    assert objects.get(name).count(b"\n") == 1
    store(tmp_path, Item(item_id="1"), Item(item_id="2"))
    assert list(objects.list("sources/")) == [name]


def test_a_pool_of_one_stores_the_same(tmp_path: Path, draw: Any) -> None:
    for i in range(20):
        put(tmp_path, f"images/{i}.png", draw("PNG", size=(8 + i, 8)))
    items = list(enumerate(Item(item_id=f"{i % 25}") for i in range(60)))
    found = {}
    for threads in (1, 7):
        objects = FolderObjects(tmp_path / f"objects-{threads}", create=True)
        config = PhotoConfig(threads=threads, max_waiting=threads, max_pixels=1)
        found[threads] = list(Photos(tmp_path / "shop", objects, config).store_all(items))
    assert found[1] == found[7]
    assert [one.row for one in found[1]] == list(range(60))


@pytest.mark.parametrize(
    ("field", "value"), [("threads", 0), ("max_waiting", 3), ("max_pixels", 0)]
)
def test_a_bound_that_is_none_is_refused(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"{field}: expected >= \d, got {value}"):
        PhotoConfig(**{field: value})


def test_many_huge_pictures_are_stored_in_bounded_memory(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (7000, 7000), (10, 20, 30, 128)).save(out, "PNG", compress_level=1)
    for i in range(6):
        put(tmp_path, f"images/{i}.png", out.getvalue() + bytes([i]))
    rows = [{"item_id": f"{i}", "clothes": {"color": "Black"}} for i in range(6)]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (tmp_path / "shop" / "items.jsonl").write_text(lines, encoding="utf-8")
    # In 3 GiB of address space; all at a time would take four.
    done = run(
        *("catalog.ingest", "--catalogue", tmp_path / "shop", "--out", tmp_path / "items"),
        *("--objects", (tmp_path / "objects").as_uri()),
    )
    assert (done.code, done.error) == (0, "")
    assert "6 pictures" in done.printed
