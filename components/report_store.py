"""Evaluation reports in the object store, `reports/<generation>/`: written once, numbers last.

A generation is evaluated once. The report belongs to it like its weights do, so a step that is run
again takes the one that is there, and the bundle and the gate see the same numbers every time.
"""

import json
from pathlib import Path

from catalog.objects import ObjectMissing, ObjectStore

PAGE = "index.html"
NUMBERS = "metrics.json"
_CONTENT_TYPES = {PAGE: "text/html; charset=utf-8", NUMBERS: "application/json"}


def report_prefix(generation: str) -> str:
    """Where a generation's report lies in the object store; ends with a slash."""
    return f"reports/{generation}/"


def fetch_report(objects: ObjectStore, generation: str, fingerprint: str, folder: Path) -> bool:
    """Write a generation's report into a folder.

    Returns:
        Whether there was a complete one, of this very training.

    Raises:
        ObjectsError: the object store does not answer.
    """
    prefix = report_prefix(generation)
    try:
        numbers = objects.get(prefix + NUMBERS)
        page = objects.get(prefix + PAGE)
    except ObjectMissing:
        return False
    # Another fingerprint: a database that started anew over a store that did not.
    if json.loads(numbers).get("fingerprint") != fingerprint:
        return False
    (folder / NUMBERS).write_bytes(numbers)
    (folder / PAGE).write_bytes(page)
    return True


def send_report(objects: ObjectStore, generation: str, fingerprint: str, folder: Path) -> str:
    """Send the report that lies in a folder, marked as this training's; returns its address.

    Raises:
        ObjectsError: the object store does not answer.
    """
    prefix = report_prefix(generation)
    marked = {"fingerprint": fingerprint, **json.loads((folder / NUMBERS).read_bytes())}
    (folder / NUMBERS).write_text(json.dumps(marked, ensure_ascii=False, indent=1), "utf-8")
    # The numbers go last: where they are, the page is.
    for name in (PAGE, NUMBERS):
        objects.put(prefix + name, (folder / name).read_bytes(), _CONTENT_TYPES[name])
    return objects.uri(prefix + PAGE)
