"""The API over in-memory parts with one item, for tests of who may ask it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from serving.access.config import AccessConfig
from serving.access.keys import entry_of
from serving.access.roles import Role
from serving.api.app import create_app
from serving.settings import Settings
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use

KEYS = {role: f"modiste_{role.word}" for role in Role}
PICTURE = f"images/{'0' * 64}.jpg"
ITEM = {"item_id": "new-1", "clothes": {"color": "Black"}}


def bearer(credential: str) -> dict[str, str]:
    """The header of a key or a token."""
    return {"Authorization": f"Bearer {credential}"}


def keys_file(folder: Path) -> Path:
    """A file of one key for each role, see `KEYS`."""
    path = folder / "keys.json"
    path.write_text(
        json.dumps({"keys": [entry_of(role.word, key, role) for role, key in KEYS.items()]})
    )
    return path


@asynccontextmanager
async def service(access: AccessConfig) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API with this access."""
    settings = Settings(database_url="postgresql://x", objects_uri="file:///x", access=access)
    objects = FakeObjects({PICTURE: b"a picture"})
    app = create_app(settings, FakeStore(generation_in_use()), FakeEmbedder(), objects)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        yield client
