"""The object store: one behaviour, whether it is a folder or a bucket."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from catalog.objects import (
    FolderObjects,
    InvalidKeyError,
    ObjectMissing,
    ObjectsError,
    ObjectsTimeoutError,
    ObjectStore,
    ObjectsUnavailable,
    open_objects,
)
from catalog.s3 import S3Config, S3Objects, connect_s3


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderObjects(tmp_path / "store", create=True)
    store: ObjectStore = request.getfixturevalue("s3_objects")
    return store


def test_what_was_put_is_got_and_replaced(objects: ObjectStore) -> None:
    objects.check()
    objects.put("images/셔츠 1.jpg", b"first", "image/jpeg")
    objects.put("images/셔츠 1.jpg", b"second")
    assert objects.get("images/셔츠 1.jpg") == b"second"
    assert objects.exists("images/셔츠 1.jpg")


def test_a_missing_object_is_named(objects: ObjectStore) -> None:
    assert not objects.exists("a/b.txt")
    with pytest.raises(ObjectMissing, match=r"a/b\.txt") as caught:
        objects.get("a/b.txt")
    assert isinstance(caught.value, KeyError)
    assert not str(caught.value).startswith('"')


def test_keys_are_listed_by_prefix_in_byte_order(objects: ObjectStore) -> None:
    for key in ("a/2", "a/10", "a/가", "ab/1", "b"):
        objects.put(key, b"")
    assert list(objects.list("a/")) == ["a/10", "a/2", "a/가"]
    assert list(objects.list("a")) == ["a/10", "a/2", "a/가", "ab/1"]
    assert list(objects.list()) == ["a/10", "a/2", "a/가", "ab/1", "b"]
    assert list(objects.list("c/")) == []


def test_deleting_twice_is_deleting_once(objects: ObjectStore) -> None:
    objects.put("a/b", b"x")
    objects.delete("a/b")
    objects.delete("a/b")
    assert not objects.exists("a/b")


@pytest.mark.parametrize("key", ["", "/a", "a//b", "../a", "a/../b", "a/.b", "a\\b", "a\nb", "a/"])
def test_a_key_that_could_leave_the_store_is_refused(objects: ObjectStore, key: str) -> None:
    for use in (objects.get, objects.exists, objects.delete, objects.uri):
        with pytest.raises(InvalidKeyError, match="expected a relative path such as images"):
            use(key)
    with pytest.raises(InvalidKeyError, match="got "):
        objects.put(key, b"")


def test_a_key_is_limited_in_bytes(tmp_path: Path) -> None:
    with pytest.raises(InvalidKeyError, match="at most 1024 bytes"):
        FolderObjects(tmp_path).get("가" * 342)


def test_more_keys_than_one_page_are_listed(s3_objects: ObjectStore) -> None:
    keys = [f"page/{i:04d}" for i in range(1005)]
    for key in keys:
        s3_objects.put(key, b"")
    assert list(s3_objects.list("page/")) == keys


def test_a_folder_below_a_file_is_missing_not_an_error(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.put("a/b", b"")
    with pytest.raises(ObjectMissing):
        objects.get("a/b/c")
    with pytest.raises(ObjectMissing):
        objects.get("a")


def test_a_file_where_a_folder_should_be_is_said(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.put("a", b"")
    with pytest.raises(ObjectsError, match=r"cannot write .*a/b: Not a directory|File exists"):
        objects.put("a/b", b"")
    assert list(objects.list()) == ["a"]


def test_a_folder_that_is_not_there_is_created_only_when_told(tmp_path: Path) -> None:
    uri = (tmp_path / "new folder").as_uri()
    objects = open_objects(uri)
    for use in (objects.check, lambda: objects.put("a", b""), lambda: objects.get("a")):
        with pytest.raises(ObjectsError, match=r"expected a folder at .*new folder, got none"):
            use()
    created = open_objects(uri, create=True)
    created.put("a b", b"x")
    assert created.uri("a b") == f"{uri}/a%20b"
    assert (tmp_path / "new folder" / "a b").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("uri", "got"),
    [
        ("http://user:secret@host/x", "one that starts with 'http'"),
        ("/tmp/store", "one without a scheme"),
        ("s3://", "one that starts with 's3'"),
        ("file://host/dir", "one that starts with 'file'"),
    ],
)
def test_another_address_is_refused_without_repeating_it(uri: str, got: str) -> None:
    with pytest.raises(ObjectsError) as caught:
        open_objects(uri)
    assert str(caught.value) == (
        f"objects address: expected s3://bucket or file:///folder, got {got}"
    )


def test_a_prefix_keeps_two_shops_of_one_bucket_apart(s3_uri: str) -> None:
    first, second = open_objects(f"{s3_uri}/one/"), open_objects(f"{s3_uri}/two")
    first.put("a", b"1")
    second.put("a", b"2")
    assert (first.get("a"), list(second.list())) == (b"1", ["a"])
    assert first.uri("a") == f"{s3_uri}/one/a"


def test_a_bucket_that_is_not_there_is_named(s3_environment: dict[str, str]) -> None:
    objects = open_objects("s3://no-such-bucket")
    with pytest.raises(ObjectsError, match="s3://no-such-bucket: no such bucket; create it"):
        objects.check()
    with pytest.raises(ObjectsError, match="no such bucket; create it"):
        objects.get("a")


def test_creating_a_bucket_twice_keeps_what_is_in_it(s3_uri: str) -> None:
    open_objects(s3_uri).put("a", b"x")
    assert open_objects(s3_uri, create=True).get("a") == b"x"


def client_of(endpoint: str, *, signed: bool = False) -> S3Objects:
    """Objects behind an endpoint of the test's own, asked once and with little patience."""
    config = Config(
        connect_timeout=1,
        read_timeout=0.2,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        signature_version="s3v4" if signed else UNSIGNED,
    )
    client = boto3.session.Session("wrong", "wrong", region_name="us-east-1").client(
        "s3", endpoint_url=endpoint, config=config
    )
    return S3Objects(client, "bucket")


def test_wrong_keys_are_said_without_showing_them(s3_environment: dict[str, str]) -> None:
    objects = client_of(s3_environment["AWS_ENDPOINT_URL_S3"], signed=True)
    with pytest.raises(ObjectsError, match=r"refused \(\w+\); check AWS_ACCESS_KEY_ID") as caught:
        objects.get("a")
    assert not isinstance(caught.value, ObjectsUnavailable)


def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    objects = client_of(f"http://127.0.0.1:{port}")
    with pytest.raises(ObjectsUnavailable, match=r"cannot be reached: .*is the server running"):
        objects.get("a")


class Moody(BaseHTTPRequestHandler):
    """Answers everything with 503, or not at all."""

    def do_GET(self) -> None:
        if self.path.endswith("silent"):
            self.server.release.wait(5)  # type: ignore[attr-defined]
            return
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def moody_endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Moody)
    server.release = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.release.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_error_is_unavailable_and_no_timeout(moody_endpoint: str) -> None:
    with pytest.raises(ObjectsUnavailable, match=r"server error \(503\); try again") as caught:
        client_of(moody_endpoint).get("a")
    assert not isinstance(caught.value, ObjectsTimeoutError)


def test_silence_is_a_timeout(moody_endpoint: str) -> None:
    with pytest.raises(ObjectsTimeoutError, match="no answer in time"):
        client_of(moody_endpoint).get("silent")


@pytest.mark.parametrize("name", ["connect_timeout_s", "read_timeout_s", "max_attempts"])
def test_a_wait_without_bound_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected >"):
        S3Config(**{name: 0})


def test_a_bad_endpoint_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "nonsense")
    with pytest.raises(ObjectsError, match="s3://bucket: cannot be set up: Invalid endpoint"):
        connect_s3("bucket")
