"""`/docs`: the API's description as one page without scripts, so that it reads offline too.

It is written from the same OpenAPI document that `/openapi.json` gives to tools.
"""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>modiste API</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin: 2.5rem 0 .25rem; font-size: 1.1rem; font-family: ui-monospace, monospace; }
h2 .method { display: inline-block; min-width: 4.5rem; }
p { white-space: pre-line; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; }
table { border-collapse: collapse; }
td { padding: .1rem 1rem .1rem 0; vertical-align: top; }
summary { cursor: pointer; }
</style></head><body>
"""


def docs_page(document: dict[str, Any]) -> str:
    """The page of an OpenAPI document."""
    info = document["info"]
    parts = [
        _HEAD,
        f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>",
        f"<p>{escape(info['description'])}</p>",
        '<p>For tools: <a href="openapi.json">openapi.json</a>.</p>',
    ]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts += _operation(path, method, operation)
    parts.append("<h2>Shapes</h2>")
    for name, schema in document["components"]["schemas"].items():
        parts.append(_folded(f"#/components/schemas/{name}", schema))
    return "\n".join([*parts, "</body></html>\n"])


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    name = f'<span class="method">{method.upper()}</span> {escape(path)}'
    yield f'<h2 id="{escape(operation["operationId"])}">{name}</h2>'
    yield f"<p>{escape(operation.get('description', ''))}</p>"
    yield from _role(operation)
    for parameter in operation.get("parameters", ()):
        yield f"<p><code>{escape(parameter['name'])}</code> in the {escape(parameter['in'])}</p>"
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content["schema"]
        if "example" in schema:
            yield f"<pre>{escape(json.dumps(schema['example'], ensure_ascii=False))}</pre>"
        yield _folded(f"Body: {kind}", schema)
    yield "<table>"
    for status, response in operation["responses"].items():
        yield f"<tr><td>{escape(status)}</td><td>{escape(response['description'])}</td></tr>"
    yield "</table>"
    for kind, content in operation["responses"].get("200", {}).get("content", {}).items():
        if content.get("schema"):
            yield _folded(f"Answer: {kind}", content["schema"])


def _role(operation: dict[str, Any]) -> Iterator[str]:
    """The role that a key needs, and whether the service asks for one."""
    ways = operation.get("security", [])
    roles = {role for way in ways for names in way.values() for role in names}
    here = " This service asks for none." if {} in ways else ""
    for role in sorted(roles):
        yield f"<p>Needs a key or token with the role <code>{escape(role)}</code>.{here}</p>"


def _folded(title: str, schema: object) -> str:
    text = escape(json.dumps(schema, indent=2, ensure_ascii=False))
    return f"<details><summary>{escape(title)}</summary><pre>{text}</pre></details>"
