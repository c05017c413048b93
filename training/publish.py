"""From a bundle on disk to the object store: `python -m training.publish`.

Files go first, the manifest last, so that a bundle in the store is complete or absent. Publishing
again sends only what is missing. A generation that was published before is never changed: where
its published files differ from ours, they are kept, and the answer names the differing ones.
Exit status: 0 published, 2 the bundle or the store cannot be used, 3 the store does not answer.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from catalog.bundle import BundleError, bundle_prefix, read_manifest
from catalog.bundle_store import upload
from catalog.objects import ObjectsError, ObjectStore, ObjectsUnavailable, open_objects


def publish(bundle_dir: Path, objects: ObjectStore) -> dict[str, Any]:
    """Publish a bundle under its generation's prefix.

    Returns:
        `uri` of the published bundle, `generation`, `fingerprint`, `dimension`, how many files
        were `sent` and `skipped`, and the files in which an earlier publication is `differing`.

    Raises:
        BundleError: the bundle is damaged, or another one was published as this generation.
        ObjectsError: the store refuses or does not answer; publish again once it does.
    """
    manifest = read_manifest(bundle_dir)
    result = upload(bundle_dir, objects, bundle_prefix(manifest["model"], manifest["generation"]))
    return {
        "uri": result.uri,
        **{key: manifest[key] for key in ("generation", "fingerprint", "dimension")},
        "sent": len(result.sent),
        "skipped": len(result.skipped),
        "differing": list(result.differing),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is the module's."""
    parser = argparse.ArgumentParser(prog="python -m training.publish", description="Publish.")
    parser.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--objects", required=True, help="s3://bucket or file:///folder")
    options = parser.parse_args(arguments)
    try:
        result = publish(options.bundle, open_objects(options.objects))
    except ObjectsUnavailable as error:
        print(f"publish: {error}", file=sys.stderr)
        return 3
    except (BundleError, ObjectsError) as error:
        print(f"publish: {error}", file=sys.stderr)
        return 2
    if result["differing"]:
        text = ", ".join(result["differing"])
        print(f"publish: {result['uri']} is kept, other than {text} here", file=sys.stderr)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
