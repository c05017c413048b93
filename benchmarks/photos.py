"""Pictures into the object store: `python -m benchmarks.photos`.

Photos as cameras and shops have them, JPEG and PNG, through `catalog.photos` into a real S3: one
at a time, eight at a time, and once more when all are stored. The ratio is the seconds of one at
a time over those of eight. A second run must send nothing, and store the same.
"""

import argparse
import io
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.outcome import Outcome
from benchmarks.servers import own_folder, s3
from benchmarks.timing import in_turns, seconds_of
from catalog.item import Item
from catalog.objects import ObjectStore, open_objects
from catalog.photos import PhotoConfig, Photos


@dataclass(frozen=True, kw_only=True)
class PhotosConfig:
    """How much is measured."""

    num_photos: int = 120
    """Photos, every fourth a PNG."""
    size: tuple[int, int] = (1200, 1600)
    """Pixels of a photo."""
    threads: int = 8
    """Photos at a time, against one."""
    rounds: int = 3
    """How often each side is timed."""


def measure(config: PhotosConfig) -> Outcome:
    """Store the same photos in buckets of their own, one and several at a time."""
    with own_folder() as folder, s3(folder):
        shop = write_photos(folder / "shop", config)
        seconds = in_turns(
            {
                "one": lambda: store(shop, new_bucket(), config.num_photos, 1),
                "several": lambda: store(shop, new_bucket(), config.num_photos, config.threads),
            },
            rounds=config.rounds,
            label="photos",
        )
        bucket = new_bucket()
        first = store(shop, bucket, config.num_photos, config.threads)
        before = list(bucket.list())
        again: list[list[str]] = []
        again_s = seconds_of(
            lambda: again.append(store(shop, bucket, config.num_photos, config.threads))
        )
        is_same = again == [first] and list(bucket.list()) == before
    return outcome(config, seconds, again_s, is_same=is_same)


def outcome(
    config: PhotosConfig, seconds: dict[str, list[float]], again_s: float, *, is_same: bool
) -> Outcome:
    """The figures: the quickest round of each side, which other work disturbed least."""
    one_s, several_s = min(seconds["one"]), min(seconds["several"])
    return Outcome(
        benchmark="photos",
        ratio=one_s / several_s,
        target=None,
        met=is_same,
        figures={
            "photos_per_s": config.num_photos / several_s,
            "photos_per_s_one_at_a_time": config.num_photos / one_s,
            "photos_per_s_again": config.num_photos / again_s,
            "photos": config.num_photos,
            "megapixels": config.size[0] * config.size[1] / 1e6,
            "threads": config.threads,
            "second_run_is_same": is_same,
        },
    )


def store(shop: Path, objects: ObjectStore, num_photos: int, threads: int) -> list[str]:
    """Store the photos of all items; their keys."""
    photos = Photos(shop, objects, PhotoConfig(threads=threads))
    items = ((i, Item(item_id=str(i))) for i in range(num_photos))
    return [str(one.item.image) for one in photos.store_all(items)]


def write_photos(folder: Path, config: PhotosConfig) -> Path:
    """A folder with a photo for each item: noise made smooth, which packs as photos do."""
    (folder / "images").mkdir(parents=True)
    for i in range(config.num_photos):
        noise = [Image.effect_noise((75, 100), 90) for _ in range(3)]
        image = Image.merge("RGB", noise).resize(config.size, Image.Resampling.BICUBIC)
        out = io.BytesIO()
        image.save(out, "JPEG" if i % 4 else "PNG")
        name = f"{i}.jpg" if i % 4 else f"{i}.png"
        (folder / "images" / name).write_bytes(out.getvalue())
    return folder


_buckets = itertools.count(1)


def new_bucket() -> ObjectStore:
    """An empty bucket."""
    return open_objects(f"s3://photos-{next(_buckets)}", create=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.photos", description=__doc__)
    parser.add_argument("--photos", type=int, default=PhotosConfig.num_photos)
    parser.add_argument("--rounds", type=int, default=PhotosConfig.rounds)
    options = parser.parse_args(arguments)
    config = PhotosConfig(num_photos=options.photos, rounds=options.rounds)
    print(measure(config).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
