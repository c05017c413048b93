"""Takes a stream of JSON Lines: batch after batch, each committed before the next is read.

Back-pressure is the client's connection: while a batch is embedded and written nothing is read.
"""

from fastapi import Request

from serving.api.answers import Report, fault_document, service
from serving.api.bodies import chunks, parse_json
from serving.api.lines import Line, batches
from serving.errors import MalformedBody, ServiceError
from serving.intake import Fault


async def take_stream(request: Request, report: Report) -> None:
    """Write the items of a stream, adding what became of them to `report`.

    Raises:
        ServiceError: a part went away; `progress` says up to which line all is committed.
    """
    settings = service(request).settings
    body = chunks(request, settings.read_timeout_s)
    lines_done = 0
    try:
        async for batch in batches(
            body,
            max_line_bytes=settings.max_item_bytes,
            max_batch_bytes=settings.max_body_bytes,
        ):
            await _take(request, batch, report)
            lines_done = batch[-1].number
    except ServiceError as error:
        error.progress = {**report.document(), "lines_done": lines_done}
        raise


async def _take(request: Request, batch: list[Line], report: Report) -> None:
    """Write one batch; what is no JSON is refused here, what is no item by the intake."""
    numbers: list[int] = []
    records: list[object] = []
    refused: list[tuple[int, Fault]] = []
    for line in batch:
        record = _record(line)
        if isinstance(record, Fault):
            refused.append((line.number, record))
        else:
            numbers.append(line.number)
            records.append(record)
    if records:
        written = await service(request).intake.write(records)
        report.generation = written.generation
        report.num_accepted += written.num_accepted
        report.num_changed += written.num_changed
        refused += [(numbers[fault.index], fault) for fault in written.faults]
    refused.sort(key=lambda entry: entry[0])
    report.refuse(fault_document(fault, {"line": number}) for number, fault in refused)


def _record(line: Line) -> object:
    """The line's decoded JSON, or why it has none."""
    if line.is_too_long:
        reason = f"expected at most {len(line.raw):,} bytes in a line; shorten it"
        return Fault(index=0, field="line", reason=reason)
    try:
        return parse_json(line.raw, "line")
    except MalformedBody as error:
        why = error.__cause__ or error.detail.removeprefix("line: ")
        got = line.raw[:80].decode(errors="replace")
        return Fault(index=0, field="line", reason=f"expected one JSON object: {why}", got=got)
