"""Pictures of items: found, stored once, and never outside the folder."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from catalog.item import Item
from catalog.objects import FolderObjects
from catalog.photos import Photos, Pictured
from catalog.picture import MAX_FILE_BYTES


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
