"""Pictures: found, checked, made alike, stored once."""

import hashlib
import io
import os
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from catalog.item import Item
from catalog.objects import FolderObjects
from catalog.photos import MAX_FILE_BYTES, Photos, Pictured, PictureError, normalise


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_a_plain_jpeg_is_kept_as_it_is(draw: Any) -> None:
    data = draw("JPEG")
    assert normalise(data) == data


@pytest.mark.parametrize(
    ("format_name", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
    ],
)
def test_any_other_picture_becomes_an_rgb_jpeg(draw: Any, format_name: str, mode: str) -> None:
    data = draw(format_name, mode)
    first, second = normalise(data), normalise(data)
    assert first == second
    image = opened(first)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (24, 16))
    assert normalise(first) == first


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(normalise(out.getvalue())).getpixel((4, 4)) == (255, 255, 255)


def test_a_picture_is_turned_upright_and_loses_its_notes(draw: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "where it was taken"
    data = draw("JPEG", exif=exif, comment=b"a note")
    image = opened(normalise(data))
    assert image.size == (16, 24)
    assert not image.getexif()
    assert b"taken" not in normalise(data)
    assert b"a note" not in normalise(data)


def test_a_large_picture_is_made_smaller(draw: Any) -> None:
    for format_name in ("JPEG", "PNG"):
        assert opened(normalise(draw(format_name, size=(3000, 1500)))).size == (1024, 512)


def test_what_follows_the_picture_is_dropped(draw: Any) -> None:
    data = draw("JPEG")
    assert b"<script>" not in normalise(data + b"<script>")


def bomb() -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    out = io.BytesIO()
    Image.new("1", (1, 1)).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


def test_a_picture_that_cannot_be_used_says_why(draw: Any) -> None:
    photo = draw("JPEG", size=(200, 200))
    cases = {
        b"": "the file is empty",
        b"not a picture": "not a picture in JPEG, PNG, WebP, GIF or BMP, whatever its name says",
        b"%!PS-Adobe-3.0 EPSF-3.0\n": "not a picture in JPEG, PNG",
        photo[: len(photo) // 2]: "damaged or cut off .*; fetch it again",
        draw("PNG", size=(200, 200))[:-40]: "damaged or cut off",
        bomb(): "far too many pixels; at most 50,000,000: make it smaller",
        draw("BMP", "1", size=(8000, 7000)): "56,000,000 pixels; at most 50,000,000",
        draw("PNG", "I;16"): "16 or 32 bits a channel; save it with 8",
    }
    for data, message in cases.items():
        with pytest.raises(PictureError, match=message):
            normalise(data)


# Pillow remarks on broken camera notes, which are dropped.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_no_damage_raises_anything_else(draw: Any) -> None:
    pick = random.Random(0)
    exif = Image.Exif()
    exif[0x0112] = 6
    for format_name in ("JPEG", "PNG", "WEBP", "GIF", "BMP"):
        save = {"exif": exif} if format_name in ("JPEG", "PNG", "WEBP") else {}
        whole = draw(format_name, "P" if format_name == "GIF" else "RGB", **save)
        for _ in range(150):
            data = bytearray(whole)
            for _ in range(pick.randrange(1, 6)):
                data[pick.randrange(len(data))] = pick.randrange(256)
            try:
                normalise(bytes(data[: pick.choice([None, pick.randrange(len(data))])]))
            except PictureError:
                continue


def store(folder: Path, *items: Item) -> list[Pictured]:
    objects = FolderObjects(folder / "objects", create=True)
    return list(Photos(folder / "shop", objects).store_all(enumerate(items, 2)))


def stored(folder: Path) -> list[str]:
    return list(FolderObjects(folder / "objects").list())


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
