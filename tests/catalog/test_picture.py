"""One picture: checked, and made alike whatever way its pixels are kept."""

import io
import random
import zlib
from collections import Counter
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from catalog.picture import MAX_SCANS, PictureError, normalise, thumbnail


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
        ("PNG", "I;16"),
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
    }
    for data, message in cases.items():
        with pytest.raises(PictureError, match=message):
            normalise(data)


# Pillow remarks on broken camera notes, which are dropped.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_no_damage_raises_anything_else(draw: Any) -> None:
    pick, outcomes = random.Random(0), Counter[str]()
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
                outcomes["refused"] += 1
            else:
                outcomes["taken"] += 1
    assert outcomes.total() == 5 * 150
    assert min(outcomes["refused"], outcomes["taken"]) > 50


def near(image: Image.Image, colour: tuple[int, int, int], at: tuple[int, int] = (4, 4)) -> bool:
    """Whether a pixel has a colour, as nearly as JPEG keeps it."""
    pixel = image.convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(got - wanted) <= 6 for got, wanted in zip(pixel, colour, strict=True))


def saved(image: Image.Image, format_name: str, **save: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format_name, **save)
    return out.getvalue()


def test_grey_of_sixteen_bits_keeps_its_shades() -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (16, 1))
    image = opened(normalise(saved(Image.fromarray(ramp), "PNG")))
    for x in (0, 64, 128, 200, 255):
        assert near(image, (x, x, x), (x, 8))


def test_colours_of_sixteen_bits_are_kept() -> None:
    """A PNG of 16 bits a channel, which Pillow cannot write: by hand."""
    row = b"\0" + b"\xff\xff\x80\x00\x00\x00" * 8
    data = png(8, 8, depth=16, colour=2, rows=row * 8)
    assert near(opened(normalise(data)), (255, 128, 0))


def png(
    width: int, height: int, *, depth: int, colour: int, rows: bytes, more: bytes = b""
) -> bytes:
    """A PNG from its rows; `more` are chunks before them."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((depth, colour, 0, 0, 0))
    parts = (chunk(b"IHDR", header), more, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


@pytest.mark.parametrize("format_name", ["PNG", "GIF", "WEBP"])
def test_what_is_half_transparent_lies_on_white(format_name: str) -> None:
    alpha = 0 if format_name == "GIF" else 128
    data = saved(Image.new("RGBA", (16, 16), (200, 0, 0, alpha)), format_name)
    assert near(opened(normalise(data)), (255, 255, 255) if alpha == 0 else (227, 127, 127))


def test_transparency_of_a_palette_or_a_single_colour_lies_on_white() -> None:
    image = Image.new("P", (16, 16), 1)
    image.putpalette([0, 0, 0, 200, 0, 0])
    assert near(opened(normalise(saved(image, "PNG"))), (200, 0, 0))
    assert near(opened(normalise(saved(image, "PNG", transparency=1))), (255, 255, 255))
    red = Image.new("RGB", (16, 16), (200, 0, 0))
    data = saved(red, "PNG", transparency=(200, 0, 0))
    assert near(opened(normalise(data)), (255, 255, 255))


def test_an_edge_that_is_transparent_stays_clean_when_made_small() -> None:
    image = Image.new("RGBA", (3000, 3000), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (0, 0, 3000, 1500))
    small = opened(normalise(saved(image, "PNG")))
    darkest = np.asarray(small).min(axis=(0, 1))
    assert small.size == (1024, 1024)
    # Red, white and between them: a dark seam would have half as much red.
    assert darkest[0] >= 160


def test_inks_become_colours() -> None:
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert near(opened(normalise(saved(image, "JPEG", quality=95))), (255, 0, 0))


def wide_gamut() -> bytes:
    """A profile whose primaries are red and green interchanged: easily told from sRGB."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(data[i : i + 4]): i for i in range(132, 132 + 12 * 20, 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_colours_of_a_profile_become_srgb(format_name: str) -> None:
    image = Image.new("RGB", (16, 16), (200, 20, 20))
    data = saved(image, format_name, icc_profile=wide_gamut(), quality=95)
    normal = opened(normalise(data))
    assert near(normal, (20, 200, 20)), normal.getpixel((4, 4))
    assert "icc_profile" not in normal.info


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200])
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_profile_that_is_none_is_dropped(profile: bytes) -> None:
    data = saved(Image.new("RGB", (16, 16), (200, 20, 20)), "JPEG", icc_profile=profile)
    normal = opened(normalise(data))
    assert near(normal, (200, 20, 20))
    assert "icc_profile" not in normal.info


def test_a_profile_of_other_colours_than_the_pixels_is_dropped() -> None:
    data = saved(Image.new("L", (16, 16), 120), "JPEG", icc_profile=wide_gamut())
    assert near(opened(normalise(data)), (120, 120, 120))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_is_turned_upright(format_name: str, orientation: int) -> None:
    turns = {
        2: (Image.Transpose.FLIP_LEFT_RIGHT,),
        3: (Image.Transpose.ROTATE_180,),
        4: (Image.Transpose.FLIP_TOP_BOTTOM,),
        5: (Image.Transpose.TRANSPOSE,),
        6: (Image.Transpose.ROTATE_90,),
        7: (Image.Transpose.TRANSVERSE,),
        8: (Image.Transpose.ROTATE_270,),
    }
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste((200, 0, 0), (0, 0, 32, 16))
    lying = upright
    for turn in turns.get(orientation, ()):
        lying = lying.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = opened(normalise(saved(lying, format_name, exif=exif, quality=95)))
    assert image.size == (64, 32)
    assert near(image, (200, 0, 0), (8, 4))
    assert near(image, (255, 255, 255), (56, 28))


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(format_name: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ((200, 0, 0), (0, 0, 200))]
    save: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 100}
    if format_name == "WEBP":
        save["lossless"] = True
    assert near(opened(normalise(saved(frames[0], format_name, **save))), (200, 0, 0))


def test_a_picture_whose_notes_unpack_to_gigabytes_is_refused() -> None:
    text = b"note\0\0" + zlib.compress(b"x" * 50_000_000)
    row = (b"\0" + b"\x80" * 8) * 8
    bomb_of_text = png(8, 8, depth=8, colour=0, rows=row, more=chunk(b"zTXt", text))
    with pytest.raises(PictureError, match=r"damaged or cut off .*too large"):
        normalise(bomb_of_text)


def test_a_picture_with_more_rows_than_it_says_is_no_harm() -> None:
    rows = (b"\0" + b"\x80" * 8) * 8 + b"\0" * 100_000_000
    assert opened(normalise(png(8, 8, depth=8, colour=0, rows=rows))).size == (8, 8)


def test_an_archive_is_no_picture() -> None:
    with pytest.raises(PictureError, match="not a picture in JPEG, PNG, WebP, GIF or BMP"):
        normalise(b"PK\x03\x04" + bytes(1000))


def test_passes_without_end_over_one_picture_are_refused() -> None:
    noisy = Image.frombytes("L", (64, 64), random.Random(0).randbytes(64 * 64))
    data = saved(noisy, "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    scan = data[start:-2]
    assert opened(normalise(data)).size == (64, 64)
    with pytest.raises(PictureError, match=rf"[\d,]+ scans; at most {MAX_SCANS}: save it again"):
        normalise(data[:-2] + scan * 50_000 + data[-2:])


@pytest.mark.parametrize("size", [(1024, 768), (300, 200), (10, 1000)])
def test_a_thumbnail_is_small_and_always_the_same(draw: Any, size: tuple[int, int]) -> None:
    data = draw("JPEG", size=size)
    small = opened(thumbnail(data))
    scale = min(1, 384 / max(size))
    assert small.size == tuple(max(1, round(side * scale)) for side in size)
    assert (small.format, small.mode) == ("JPEG", "RGB")
    assert thumbnail(data) == thumbnail(data)
