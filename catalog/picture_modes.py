"""Whatever way a picture's pixels are kept, as upright RGB on white in sRGB."""

import io

import numpy as np
from PIL import Image, ImageCms, ImageOps

# The colour spaces of profiles, as the ICC writes them, by Pillow's mode.
_SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}


def upright_rgb(image: Image.Image, max_side: int) -> Image.Image:
    """A loaded picture as RGB, turned upright, at most `max_side` pixels a side.

    Made small before anything else, so that a large one is in memory twice at most. What is
    transparent becomes white; 16 bits a channel become 8; colours of a profile become sRGB's.
    """
    image = _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in _SPACES:
        image = image.convert("RGB")
    image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    ImageOps.exif_transpose(image, in_place=True)
    profile = image.info.get("icc_profile")
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    image = _in_srgb(image, profile) if profile else image.convert("RGB")
    image.info.clear()
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits as grey of 8; Pillow itself would cut off what is bright."""
    if not image.mode.startswith("I"):
        return image
    grey = np.clip(np.asarray(image).astype(np.int32) >> 8, 0, 255).astype(np.uint8)
    small = Image.fromarray(grey)
    small.info = {name: image.info[name] for name in ("exif", "icc_profile") if name in image.info}
    return small


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space != _SPACES[image.mode]:
            return image.convert("RGB")
        target = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    # A profile that is broken says nothing, as to every browser.
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image.convert("RGB")
    return made if made is not None else image
