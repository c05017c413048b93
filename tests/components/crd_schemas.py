"""The schemas of custom resources, read by `../shared/tools/check_manifests.py` where that is."""

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

CHECKER = Path(__file__).parents[3] / "shared" / "tools" / "check_manifests.py"


def has_schemas() -> bool:
    """Whether there are definitions to check against."""
    return CHECKER.exists()


def faults_of(document: dict[str, Any]) -> list[str]:
    """What its definition has against an object; nothing where the definitions are absent."""
    if not has_schemas():
        return []
    validator = _validator(document["apiVersion"], document["kind"])
    found = validator.iter_errors(document)
    return [f"{'.'.join(map(str, fault.absolute_path))}: {fault.message[:200]}" for fault in found]


@cache
def _validator(version: str, kind: str) -> jsonschema.Draft7Validator:
    spec = importlib.util.spec_from_file_location("check_manifests", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    checker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checker)
    return jsonschema.Draft7Validator(checker.custom_schemas({(version, kind)})[version, kind])
