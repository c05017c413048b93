"""What a person can try first: the generation in use, and a request for a real item."""

import json
import shlex
from collections.abc import Mapping

import psycopg

from local.part import LocalError
from serving.generations import in_use


def generation_in_use(environment: Mapping[str, str]) -> str | None:
    """The generation that answers; None before the first was promoted.

    Args:
        environment: the addresses of a stack's parts.

    Raises:
        LocalError: the database does not answer.
    """
    with _connect(environment) as connection:
        return in_use(connection)


def example_request(url: str, environment: Mapping[str, str]) -> str:
    """A curl command that asks for what is like some item of the catalogue.

    Raises:
        LocalError: the database does not answer.
    """
    with _connect(environment) as connection:
        found = connection.execute("SELECT item_id FROM items ORDER BY item_id LIMIT 1").fetchone()
    if found is None:
        return f"curl -s {url}/v1/generations"
    body = json.dumps({"positive": [found[0]], "k": 10}, ensure_ascii=False)
    header = "-H 'content-type: application/json'"
    return f"curl -s {url}/v1/recommend {header} -d {shlex.quote(body)}"


def _connect(environment: Mapping[str, str]) -> psycopg.Connection:
    try:
        return psycopg.connect(
            environment["MODISTE_DATABASE_URL"], autocommit=True, connect_timeout=5
        )
    except psycopg.OperationalError as error:
        raise LocalError(f"PostgreSQL does not answer: {error}") from error
