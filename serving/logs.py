"""Logs as JSON Lines on standard error: one object a line, for people with grep and for collectors.

A record's `extra` becomes members of its object. Every line that is written while a request is
answered has that request's id, whoever writes it: a driver, the server, a thread.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Id of the request that is being answered; empty outside of one."""

# What every record has; everything else came in as `extra`.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its time (UTC), level, logger, message, extras and traceback."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class RequestIds(logging.Filter):
    """Adds `request_id` to records that are made while a request is answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true."""
        request_id = REQUEST_ID.get()
        if request_id and not getattr(record, "request_id", None):
            record.request_id = request_id
        return True


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send every log record of the process to standard error, as JSON Lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(RequestIds())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Its own lines about lost connections repeat what the problems say, once for each worker.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def add_to_lines(added: logging.Filter) -> None:
    """Have a filter add its members to every line from now on."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(added)
