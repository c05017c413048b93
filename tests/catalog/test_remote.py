"""Catalogues at an address: whole and of one version, or an error that names the address."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.readers.source import CatalogueError
from catalog.remote import fetch_catalogue, is_remote
from catalog.remote_files import FetchConfig
from catalog.s3 import S3Objects
from tests.catalog.conftest import Shop
from tests.catalog.flaky_server import FlakyServer

CONTENT = b"id,name,color\n" + b"".join(
    b"%d,shirt number %d,Black\n" % (number, number) for number in range(2000)
)
QUICK = FetchConfig(pause_s=0.001, max_attempts=3, connect_timeout_s=2.0, read_timeout_s=0.2)


@pytest.fixture
def server() -> Iterator[FlakyServer]:
    with FlakyServer(CONTENT).running() as server:
        yield server


@pytest.fixture(params=["http", "s3"])
def address(
    request: pytest.FixtureRequest, server: FlakyServer, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The same failing server, asked by HTTP and by boto3."""
    if request.param == "http":
        return f"{server.url}/shop/items.csv?signature=secret"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return "s3://shop/items.csv"


def test_a_file_is_fetched_under_its_name(address: str, tmp_path: Path) -> None:
    path = fetch_catalogue(address, tmp_path, QUICK)
    assert path == tmp_path / "items.csv"
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize("faults", [["503", "503"], ["hang", "503"], ["500", "429"]])
def test_a_server_that_fails_for_a_while_is_asked_again(
    address: str, server: FlakyServer, tmp_path: Path, faults: list[str]
) -> None:
    server.faults = list(faults)
    assert fetch_catalogue(address, tmp_path, QUICK).read_bytes() == CONTENT
    assert len(server.ranges) == len(faults) + 1


def test_a_fetch_that_is_cut_off_goes_on_where_it_was(
    address: str, server: FlakyServer, tmp_path: Path
) -> None:
    server.faults = ["cut"] * 6
    assert fetch_catalogue(address, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.ranges[1] == f"bytes={len(CONTENT) // 2}-"


def test_without_a_version_a_fetch_that_is_cut_off_starts_over(tmp_path: Path) -> None:
    with FlakyServer(CONTENT, etag="").running() as server:
        server.faults = ["cut", "cut"]
        path = fetch_catalogue(f"{server.url}/items.csv", tmp_path, QUICK)
        assert server.ranges == [None, None, None]
    assert path.read_bytes() == CONTENT


def test_two_versions_are_never_put_together(
    address: str, server: FlakyServer, tmp_path: Path
) -> None:
    server.faults = ["cut", "change"]
    with pytest.raises(CatalogueError, match=r"items.csv: .*(changed|has changed)"):
        fetch_catalogue(address, tmp_path, QUICK)


@pytest.mark.parametrize("fault", ["503", "hang"])
def test_a_server_that_keeps_failing_is_given_up(
    address: str, server: FlakyServer, tmp_path: Path, fault: str
) -> None:
    server.faults = [fault] * 9
    with pytest.raises(CatalogueError, match="gave up after 3 attempts in a row") as caught:
        fetch_catalogue(address, tmp_path, QUICK)
    assert "secret" not in str(caught.value)
    assert len(server.ranges) == 3


@pytest.mark.parametrize("status", ["404", "403"])
def test_a_file_that_is_not_there_is_not_asked_for_again(
    address: str, server: FlakyServer, tmp_path: Path, status: str
) -> None:
    server.faults = [status] * 9
    with pytest.raises(CatalogueError, match=r"items\.csv"):
        fetch_catalogue(address, tmp_path, QUICK)
    assert len(server.ranges) == 1


def test_a_file_that_is_too_large_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="more than 1,000 bytes; split the catalogue"):
        fetch_catalogue(address, tmp_path, FetchConfig(max_bytes=1000))


def test_nobody_at_the_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"http://127.0.0.1:1/items.csv: no answer \(NewConn"):
        fetch_catalogue("http://me:secret@127.0.0.1:1/items.csv", tmp_path, QUICK)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"http://shop/items/: expected the address of a file"):
        fetch_catalogue("http://shop/items/", tmp_path)


def test_paths_are_no_addresses() -> None:
    assert not is_remote("shop/items.csv")
    assert not is_remote("C:\\shop\\items.csv")
    assert is_remote("S3://shop/items.csv")
    assert is_remote("https://shop.example/items.jsonl")


def test_a_catalogue_in_a_real_bucket_gives_the_items_of_the_file(
    shop: Shop, s3_objects: S3Objects
) -> None:
    shop.write("items.csv", CONTENT[:3000].rpartition(b"\n")[0])
    local = shop.ingest("items.csv", out="local").items
    s3_objects.put("feeds/items.csv", (shop.folder / "items.csv").read_bytes())
    remote = shop.ingest_address(s3_objects.uri("feeds/items.csv"), out="remote")
    assert remote.items == local
    assert remote.summary["catalogue"] == "items.csv"


def test_a_folder_of_a_bucket_is_fetched_with_the_parts_right_below_it(
    shop: Shop, s3_objects: S3Objects
) -> None:
    header, *lines = CONTENT[:3000].rpartition(b"\n")[0].split(b"\n")
    shop.write("items.csv", b"\n".join([header, *lines]))
    local = shop.ingest("items.csv", out="local").items
    for number in range(3):
        part = b"\n".join([header, *lines[number * 50 : (number + 1) * 50 if number < 2 else None]])
        s3_objects.put(f"feeds/daily 1/part-{number}.csv", part)
    s3_objects.put("feeds/daily 1/_SUCCESS", b"-")
    s3_objects.put("feeds/daily 1/old/part-3.csv", b"id,name\n")
    remote = shop.ingest_address(f"{s3_objects.uri('feeds')}/daily 1/", out="remote")
    assert remote.items == local
    assert remote.summary["catalogue"] == "daily 1"
    assert remote.summary["read_as"]["parts"] == "3"


def test_a_folder_of_a_bucket_without_tables_is_refused(shop: Shop, s3_objects: S3Objects) -> None:
    s3_objects.put("feeds/readme.txt", b"none")
    outcome = shop.ingest_address(f"{s3_objects.uri('feeds')}/")
    assert outcome.code == 2
    assert "feeds/: expected CSV, JSON Lines or Parquet files right below it, got readme.txt;" in (
        outcome.error
    )
