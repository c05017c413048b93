"""No disk left: one line that says so, nothing by halves, and the same command goes well later."""

import io
import json
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from tests.catalog.command_line import Ended, run
from tests.catalog.crawler.loopback_shop import Answer, LoopbackShop
from tests.catalog.flaky_server import FlakyServer
from tests.catalog.small_disk import KINDS, SmallDisk, small_disk

FULL = ("No space left on device", "File too large")
REMEDY = "; make room or choose another place, then run it again\n"

MakeDisk = Callable[[int], SmallDisk]


@pytest.fixture(params=KINDS)
def make_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeDisk]:
    """Makes a disk of some KiB."""
    with ExitStack() as disks:
        yield lambda num_kib: disks.enter_context(
            small_disk(request.param, tmp_path / "disk", num_kib)
        )


def words(pick: random.Random, number: int) -> str:
    """Words that do not pack."""
    return " ".join(f"{pick.getrandbits(64):x}" for _ in range(number))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of a megabyte."""
    pick = random.Random(0)
    rows = "".join(f"{i},{words(pick, 30)},Black\n" for i in range(2000))
    path = tmp_path / "shop.csv"
    path.write_text(f"id,name,color\n{rows}", encoding="utf-8")
    return path


def refused_then_done(disk: SmallDisk, *arguments: str | Path) -> tuple[str, Ended]:
    """Run a command on the full disk, and once more with room; its one line and the second run."""
    refused = run(*arguments, max_file_bytes=disk.max_file_bytes)
    assert refused.code == 2, refused
    assert refused.error.count("\n") == 1
    assert refused.error.endswith(REMEDY)
    assert any(why in refused.error for why in FULL)
    disk.enlarge()
    done = run(*arguments, max_file_bytes=disk.max_file_bytes)
    assert (done.code, done.error) == (0, "")
    return refused.error, done


@pytest.mark.parametrize("num_kib", [8, 200])
def test_ingest_leaves_no_half_folder(make_disk: MakeDisk, table: Path, num_kib: int) -> None:
    disk = make_disk(num_kib)
    out = disk.folder / "items"
    refused = run(
        *("catalog.ingest", "--catalogue", table, "--out", out), max_file_bytes=disk.max_file_bytes
    )
    assert disk.names() == set()
    said, done = refused_then_done(disk, "catalog.ingest", "--catalogue", table, "--out", out)
    assert said == refused.error
    assert said.startswith(f"catalog.ingest: cannot write {out}: ")
    assert "2000 items kept" in done.printed


def test_a_shard_leaves_no_half_folder(make_disk: MakeDisk, table: Path, tmp_path: Path) -> None:
    plan, catalogue = tmp_path / "plan.json", ("--catalogue", table)
    planned = run("catalog.shards", "plan", *catalogue, "--shards", "1", "--out", plan)
    assert (planned.code, planned.error) == (0, "")
    disk = make_disk(200)
    out = disk.folder / "shard"
    command = ("catalog.shards", "ingest", "--plan", plan, "--shard", "1/1", *catalogue)
    assert run(*command, "--out", out, max_file_bytes=disk.max_file_bytes).code == 2
    assert disk.names() == set()
    said, _ = refused_then_done(disk, *command, "--out", out)
    assert said.startswith(f"catalog.shards ingest: cannot write {out}: ")


def test_merging_leaves_no_half_folder(make_disk: MakeDisk, tmp_path: Path) -> None:
    rows = "".join(f"{i},the same shirt,Black\n" for i in range(20_000))
    (tmp_path / "shop.csv").write_text(f"id,name,color\n{rows}")
    mapping = tmp_path / "mapping.json"
    mapping.write_text(
        '{"standard": ["color"], "reinforced": ["name"], "duplicates": {"may_differ": []}}'
    )
    # Room for the items, and not for what is told of those that are merged.
    disk = make_disk(600)
    plain = ("catalog.ingest", "--catalogue", tmp_path / "shop.csv", "--out", disk.folder / "i")
    ended = run(*plain, max_file_bytes=disk.max_file_bytes)
    assert (ended.code, ended.error) == (0, "")
    before = (disk.folder / "i" / "items.parquet").read_bytes()
    command = (*plain, "--mapping", mapping)
    assert run(*command, max_file_bytes=disk.max_file_bytes).code == 2
    assert disk.names() == {"i"}
    assert (disk.folder / "i" / "items.parquet").read_bytes() == before
    _, done = refused_then_done(disk, *command)
    assert "duplicates: 19999 items merged into others, see merged.jsonl\n" in done.printed


def test_an_items_folder_that_is_there_stays(make_disk: MakeDisk, table: Path) -> None:
    disk = make_disk(200)
    out = disk.folder / "items"
    small = table.with_name("small.csv")
    small.write_text("id,name,color\n1,shirt,Black\n2,dress,White\n", encoding="utf-8")
    assert run("catalog.ingest", "--catalogue", small, "--out", out).code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    refused = run(
        *("catalog.ingest", "--catalogue", table, "--out", out), max_file_bytes=disk.max_file_bytes
    )
    assert refused.code == 2
    assert disk.names() == {"items"}
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("name", ["native.jsonl", "native.parquet"])
def test_convert_leaves_no_half_file(make_disk: MakeDisk, table: Path, name: str) -> None:
    disk = make_disk(200)
    out = disk.folder / name
    refused = run("catalog", "convert", table, "--out", out, max_file_bytes=disk.max_file_bytes)
    assert refused.code == 2
    assert disk.names() == set()
    said, _ = refused_then_done(disk, "catalog", "convert", table, "--out", out)
    assert said.startswith(f"catalog convert: {out}: ")
    assert disk.names() == {name}


def test_validate_leaves_no_half_list(make_disk: MakeDisk, table: Path) -> None:
    table.write_text(
        table.read_text("utf-8") + "".join(f"{i},no colour\n" for i in range(5000)), "utf-8"
    )
    disk = make_disk(200)
    out = disk.folder / "rejects.jsonl"
    share = ("--max-reject-share", "0.9")
    command = ("catalog", "validate", table, "--rejects", out, *share)
    assert run(*command, max_file_bytes=disk.max_file_bytes).code == 2
    assert disk.names() == set()
    said, _ = refused_then_done(disk, *command)
    assert said.startswith(f"catalog validate: {out}: ")
    assert len(out.read_text("utf-8").splitlines()) == 5000


@pytest.mark.parametrize("command", ["report", "infer"])
def test_no_half_document_is_left(make_disk: MakeDisk, tmp_path: Path, command: str) -> None:
    pick = random.Random(0)
    values = [words(pick, 1) for _ in range(800)]
    rows = "".join(f"{i},shirt {i},{values[i % 800]}\n" for i in range(3200))
    table = tmp_path / "shop.csv"
    table.write_text(f"id,name,color\n{rows}", "utf-8")
    disk = make_disk(1)
    out = disk.folder / command
    arguments = ("catalog", command, table, "--out", out)
    assert run(*arguments, max_file_bytes=disk.max_file_bytes).code == 2
    assert list(out.iterdir()) == []
    refused_then_done(disk, *arguments)
    for path in out.glob("*.json"):
        assert json.loads(path.read_text("utf-8")) is not None


def noise(number: int) -> bytes:
    """A picture that does not pack."""
    image = Image.frombytes("RGB", (160, 160), random.Random(number).randbytes(160 * 160 * 3))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_pictures_in_a_folder_are_whole_or_absent(make_disk: MakeDisk, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    (shop / "images").mkdir(parents=True)
    rows = [{"item_id": f"{i}", "clothes": {"color": "Black"}} for i in range(20)]
    (shop / "items.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    for i in range(20):
        (shop / "images" / f"{i}.png").write_bytes(noise(i))
    disk = make_disk(16)
    objects = disk.folder / "objects"
    command = ("catalog.ingest", "--catalogue", shop, "--out", tmp_path / "items")
    said, done = refused_then_done(disk, *command, "--objects", objects.as_uri())
    assert said.startswith("catalog.ingest: object store: cannot write ")
    assert "20 pictures" in done.printed
    for path in (objects / "images").iterdir():
        with Image.open(path) as image:
            image.load()
    assert list((objects / ".incoming").iterdir()) == []


def test_a_catalogue_from_an_address_says_that_it_cannot_be_kept(
    make_disk: MakeDisk, table: Path, tmp_path: Path
) -> None:
    disk = make_disk(200)
    with FlakyServer(table.read_bytes()).running() as server:
        address, out = f"{server.url}/shop.csv", tmp_path / "items"
        arguments = ("catalog.ingest", "--catalogue", address, "--out", out)
        place = {"TMPDIR": str(disk.folder)}
        refused = run(*arguments, environment=place, max_file_bytes=disk.max_file_bytes)
        assert refused.code == 2
        assert refused.error.endswith(REMEDY)
        assert refused.error.count("\n") == 1
        assert disk.names() == set()
        disk.enlarge()
        assert run(*arguments, environment=place).code == 0


def test_a_crawl_goes_on_when_there_is_room(make_disk: MakeDisk, tmp_path: Path) -> None:
    pick = random.Random(0)
    disk = make_disk(300)
    out = disk.folder / "shop.jsonl"
    with LoopbackShop().running() as shop:
        names = [f"/p{i}" for i in range(40)]
        links = "".join(f'<a href="{name}">x</a>' for name in names)
        shop.answers["/"] = Answer(body=f"<html><body>{links}</body></html>".encode())
        for name in names:
            product = {
                "@type": "Product",
                "sku": name,
                "name": "x",
                "description": words(pick, 800),
            }
            script = f'<script type="application/ld+json">{json.dumps(product)}</script>'
            shop.answers[name] = Answer(body=f"<html><head>{script}</head></html>".encode())
        fixed = ("--contact", "crawl@modiste.example", "--allow-private", "127.0.0.1")
        bounds = ("--delay", "0.01", "--no-images")
        arguments = ("catalog", "crawl", f"{shop.url}/", "--out", out, *bounds, *fixed)
        refused = run(*arguments, max_file_bytes=disk.max_file_bytes)
        assert refused.code == 2, refused.error
        assert refused.error.count("\n") == 1, refused.error
        assert "see that the disk has room and may be written; the same command" in refused.error
        assert not out.exists()
        disk.enlarge()
        done = run(*arguments)
        assert done.code == 0, done.error
    assert len(out.read_text("utf-8").splitlines()) == 40
