"""The real SeaweedFS of the wheel."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from catalog.objects import ObjectStore
from local.seaweedfs import SeaweedConfig, make_bucket


def test_an_object_is_there_again_as_it_was(s3_objects: ObjectStore) -> None:
    s3_objects.put("a/b", b"\x00\xff")
    assert s3_objects.get("a/b") == b"\x00\xff"
    assert list(s3_objects.list("a/")) == ["a/b"]


def test_nobody_gets_in_with_another_key(s3_environment: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        make_bucket({**s3_environment, "AWS_SECRET_ACCESS_KEY": "wrong"}, "mine")


def test_ports_that_are_missing_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"ports: expected \['filer', .* got \['s3'\]"):
        SeaweedConfig(stack=tmp_path, ports={"s3": 1}, access_key="a", secret_key="b")
