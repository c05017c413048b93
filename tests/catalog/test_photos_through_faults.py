"""Pictures and bundles into a real bucket whose door fails: sent again, gone on with, refused."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from catalog.bundle_store import download, published_manifest, upload
from catalog.item import Item
from catalog.objects import ObjectsTimeoutError, ObjectStore, ObjectsUnavailable, open_objects
from catalog.photos import Photos
from catalog.s3 import S3Config, connect_s3
from catalog.table import load_items_dir
from tests.catalog.command_line import ROOT, Ended, run
from tests.catalog.flaky_s3 import FlakyS3
from tests.catalog.test_bundle_store import FILES, PREFIX, content, make_bundle

QUICK = S3Config(connect_timeout_s=5.0, read_timeout_s=3.0)


@pytest.fixture
def door(s3_environment: dict[str, str]) -> Iterator[FlakyS3]:
    with FlakyS3(s3_environment["AWS_ENDPOINT_URL_S3"]).running() as door:
        yield door


@pytest.fixture
def bucket(s3_uri: str) -> str:
    return s3_uri.removeprefix("s3://")


@pytest.fixture
def behind(door: FlakyS3, bucket: str, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """The bucket through the door, with little patience."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", door.url)
    return connect_s3(bucket, config=QUICK)


def make_shop(folder: Path, num_items: int) -> Path:
    """A folder with a catalogue and a PNG for each item, all different."""
    (folder / "images").mkdir(parents=True)
    rows = [{"item_id": f"{i}", "clothes": {"color": "Black"}} for i in range(num_items)]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (folder / "items.jsonl").write_text(lines, encoding="utf-8")
    for i in range(num_items):
        # Black and white tiles, a bit each: two that were nearly alike might become one JPEG.
        image = Image.new("RGB", (24, 24))
        for bit in range(9):
            if i >> bit & 1:
                image.paste("white", (bit % 3 * 8, bit // 3 * 8, bit % 3 * 8 + 8, bit // 3 * 8 + 8))
        out = io.BytesIO()
        image.save(out, "PNG")
        (folder / "images" / f"{i}.png").write_bytes(out.getvalue())
    return folder


def ingest(shop: Path, out: Path, bucket: str, door: FlakyS3) -> Ended:
    return run(
        *("catalog.ingest", "--catalogue", shop, "--out", out, "--objects", f"s3://{bucket}"),
        environment={"AWS_ENDPOINT_URL_S3": door.url},
    )


def names(bucket: str, prefix: str) -> list[str]:
    return list(open_objects(f"s3://{bucket}").list(prefix))


def test_what_fails_for_a_while_is_sent_again(
    tmp_path: Path, door: FlakyS3, behind: ObjectStore
) -> None:
    shop = make_shop(tmp_path / "shop", 12)
    seen: set[str] = set()

    def is_first(method: str, path: str) -> bool:
        is_new = method == "PUT" and path not in seen
        seen.add(path)
        return is_new

    door.fails = is_first
    door.faults = ["503", "cut", "lost", "hang", "500", "429", "cut", "lost"]
    items = [(i, Item(item_id=f"{i}")) for i in range(12)]
    found = list(Photos(shop, behind).store_all(items))
    assert door.faults == []
    assert [one.row for one in found] == list(range(12))
    assert [one.fault for one in found] == [""] * 12
    keys = {str(one.item.image) for one in found}
    assert len(keys) == 12
    assert set(behind.list("images/")) == keys
    assert len(list(behind.list("thumbs/"))) == 12
    for key in keys:
        Image.open(io.BytesIO(behind.get(key))).load()


@pytest.mark.parametrize(
    ("fault", "error"), [("hang", ObjectsTimeoutError), ("503", ObjectsUnavailable)]
)
def test_a_store_that_keeps_failing_ends_the_run(
    tmp_path: Path, door: FlakyS3, behind: ObjectStore, fault: str, error: type[Exception]
) -> None:
    shop = make_shop(tmp_path / "shop", 2)
    door.faults = [fault] * 100
    photos = Photos(shop, behind)
    with pytest.raises(error, match=r"s3://test-\d+/images/[0-9a-f]{64}\.jpg: "):
        list(photos.store_all([(i, Item(item_id=f"{i}")) for i in range(2)]))
    # Four times each at most: every retry has its bound.
    assert 100 - len(door.faults) <= 8


def test_a_failed_run_says_so_and_the_next_sends_the_rest(
    tmp_path: Path, door: FlakyS3, bucket: str
) -> None:
    shop, out = make_shop(tmp_path / "shop", 30), tmp_path / "items"
    door.fails = lambda method, path: method == "PUT" and len(door.puts("images/")) >= 10
    door.is_down = True
    failed = ingest(shop, out, bucket, door)
    assert failed.code == 2
    assert failed.error.startswith(f"catalog.ingest: s3://{bucket}/")
    assert failed.error.endswith("server error (503); try again later\n")
    assert failed.error.count("\n") == 1
    assert not out.exists()
    stored = names(bucket, "images/")
    assert len(stored) >= 10
    door.is_down = False
    door.requests.clear()
    assert ingest(shop, out, bucket, door).code == 0
    sent = door.puts("images/")
    assert len(sent) == 30 - len(stored)
    assert not {path.rpartition("/")[2] for path in sent} & {
        key.rpartition("/")[2] for key in stored
    }
    assert load_items_dir(out).summary["images"] == 30


def test_a_killed_run_is_gone_on_with(tmp_path: Path, door: FlakyS3, bucket: str) -> None:
    shop, out = make_shop(tmp_path / "shop", 400), tmp_path / "items"
    door.fails = lambda method, path: method == "PUT" and len(door.puts("sources/")) >= 1
    door.faults = ["hang"] * 1000
    arguments = ["--catalogue", shop, "--out", out, "--objects", f"s3://{bucket}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "catalog.ingest", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AWS_ENDPOINT_URL_S3": door.url},
    )
    assert door.hanging.wait(120)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    stored = set(names(bucket, "images/"))
    assert 256 <= len(stored) < 400
    door.faults = []
    door.requests.clear()
    assert ingest(shop, out, bucket, door).code == 0
    assert len(door.puts("images/")) == 400 - len(stored)
    assert (len(names(bucket, "images/")), len(names(bucket, "thumbs/"))) == (400, 400)
    whole = run(
        *("catalog.ingest", "--catalogue", shop, "--out", tmp_path / "whole", "--objects"),
        (tmp_path / "objects").as_uri(),
    )
    assert whole.code == 0
    undisturbed = load_items_dir(tmp_path / "whole")
    assert load_items_dir(out).summary["data_digest"] == undisturbed.summary["data_digest"]


def test_a_bundle_is_sent_through_faults(
    tmp_path: Path, door: FlakyS3, behind: ObjectStore
) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    door.faults = ["503", "cut", "lost"]
    assert set(upload(bundle, behind, PREFIX).sent) == set(FILES)
    assert door.faults == []
    download(behind, PREFIX, tmp_path / "fetched")
    assert content(tmp_path / "fetched") == content(bundle)


def test_a_bundle_that_cannot_be_sent_is_absent_until_it_is_whole(
    tmp_path: Path, door: FlakyS3, behind: ObjectStore
) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    door.is_down = True
    door.fails = lambda method, path: method == "PUT" and len(door.puts("g0001")) >= 2
    with pytest.raises(ObjectsUnavailable, match=r"server error \(503\); try again later"):
        upload(bundle, behind, PREFIX)
    assert published_manifest(behind, PREFIX) is None
    door.is_down = False
    again = upload(bundle, behind, PREFIX)
    assert (len(again.skipped), len(again.sent)) == (2, 1)
    assert published_manifest(behind, PREFIX) is not None


def test_a_fetch_that_is_cut_off_is_fetched_again(
    tmp_path: Path, door: FlakyS3, behind: ObjectStore
) -> None:
    bundle = make_bundle(tmp_path / "bundle")
    upload(bundle, behind, PREFIX)
    door.fails = lambda method, path: method == "GET"
    door.faults = ["503", "cut", "half"]
    download(behind, PREFIX, tmp_path / "fetched")
    assert content(tmp_path / "fetched") == content(bundle)
