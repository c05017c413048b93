"""A stand-in for the pipeline: publishes the small bundle as a generation and puts it to use."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import psycopg

from catalog.bundle import bundle_prefix, read_manifest
from catalog.bundle_store import upload
from catalog.objects import open_objects
from catalog.schema import default_schema
from serving import generations
from tests.local.bundles import write_bundle


def publish(connection: psycopg.Connection, catalogue: str) -> str:
    """A generation of the catalogue's content, served and in use."""
    generation = generations.allocate(connection, Path(catalogue).read_text())
    objects = open_objects(os.environ["MODISTE_OBJECTS"])
    with tempfile.TemporaryDirectory() as folder:
        bundle = write_bundle(Path(folder) / "bundle", generation)
        uri = upload(bundle, objects, bundle_prefix("both", generation)).uri
        manifest = read_manifest(bundle)
    generations.stage(connection, generation, uri, manifest, default_schema())
    generations.wait_for_endpoint(connection, generation, timeout_s=60)
    generations.mark(connection, generation, "published")
    generations.mark(connection, generation, "indexed")
    connection.execute(
        "INSERT INTO generation_in_use (generation) VALUES (%s)"
        " ON CONFLICT (is_only) DO UPDATE SET generation = EXCLUDED.generation",
        [generation],
    )
    connection.execute("INSERT INTO items (item_id) VALUES ('sku 1') ON CONFLICT DO NOTHING")
    return generation


def main() -> None:
    """Told the catalogue; ends with 3 where that says so."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--catalogue", required=True)
    options, _ = parser.parse_known_args()
    print("the pipeline was run", flush=True)
    if "broken" in Path(options.catalogue).read_text():
        sys.exit("error: row 1 of the catalogue is broken")
    url = os.environ["MODISTE_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        publish(connection, options.catalogue)


if __name__ == "__main__":
    main()
