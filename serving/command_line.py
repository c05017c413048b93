"""What the commands of this room share: where the database is, and how they end.

Exit codes: 0 done; 1 a part did not do its work, so that trying again may help; 2 the input or the
configuration is wrong.
"""

import gc
import json
import sys
from collections.abc import Callable, Mapping

import psycopg
from psycopg import Connection

from serving.database_errors import translated
from serving.environment import SettingsError
from serving.errors import Conflict, ServiceError, Unavailable

CONNECT_TIMEOUT_S = 10


def database_url_from(environ: Mapping[str, str]) -> str:
    """The database's address.

    Raises:
        SettingsError: the variable is not set.
    """
    url = environ.get("MODISTE_DATABASE_URL", "")
    if not url:
        raise SettingsError(
            "MODISTE_DATABASE_URL: expected postgresql://user@host/modiste, got nothing; "
            "set it and start again"
        )
    return url


def connect(url: str) -> Connection:
    """A connection where each statement is its own transaction unless one is opened.

    Raises:
        psycopg.OperationalError: the server does not answer within `CONNECT_TIMEOUT_S`.
    """
    return psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)


def run(command: Callable[[], object]) -> int:
    """Run a command, print what it returns as one line of JSON, and give its exit code."""
    # What was imported is never garbage: looking for it again took a fifth of a short command's
    # time, most of that at the end of the process.
    gc.freeze()
    try:
        print(json.dumps(command(), ensure_ascii=False, default=str), flush=True)
    except psycopg.Error as error:
        return _failed(translated(error))
    except ServiceError as error:
        return _failed(error)
    return 0


def _failed(error: ServiceError) -> int:
    print(f"error: {error}", file=sys.stderr, flush=True)
    return 1 if isinstance(error, Unavailable | Conflict) else 2
