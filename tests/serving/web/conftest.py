"""Chromium, and the app on in-memory parts, for the tests of the page."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from catalog.item import parse_item
from catalog.schema import Schema
from serving.access.config import AccessConfig
from serving.api.app import create_app
from serving.protocols import EmbeddingFailure
from serving.settings import Settings
from tests.serving.fakes import FakeEmbedder, FakeObjects, FakeStore, generation_in_use
from tests.serving.on_loopback import on_loopback
from tests.serving.web import shop

Serve = Callable[..., str]
"""Starts the app as `serving` does; gives its URL."""

OPEN = AccessConfig()

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 10_000


def chromium_path() -> str | None:
    """The browser to test with: `CHROMIUM`, or the first of the usual names on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


# One browser a module, not a session: while it runs, Playwright's own event loop does, too, and
# no other test of the main thread could run an asyncio loop beside it.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    path = chromium_path()
    if path is None:
        pytest.skip(f"no Chromium: set CHROMIUM, or put one of {CHROMIUM_NAMES} on PATH")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, shop_url: str) -> Iterator[Page]:
    """A fresh tab whose addresses begin at the little shop."""
    context = browser.new_context(
        base_url=shop_url, viewport={"width": 1280, "height": 900}, locale="en-US"
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def watch() -> Callable[[Page], list[str]]:
    """Collects a page's errors and warnings, refusals of the content security policy included.

    Resources that fail to load are left out: a missing picture is no fault of the page.
    """

    def start(page: Page) -> list[str]:
        found: list[str] = []
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on(
            "console",
            lambda message: (
                found.append(message.text)
                if message.type in ("error", "warning")
                and not message.text.startswith("Failed to load resource")
                else None
            ),
        )
        return found

    return start


@pytest.fixture(scope="module")
def shop_url() -> Iterator[str]:
    """The app with the little shop of `shop.py`."""
    with serving(shop.SCHEMA, shop.records(), shop.pictures()) as url:
        yield url


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts further shops, and stops them after the test."""
    with ExitStack() as stack:
        yield lambda *parts, **others: stack.enter_context(serving(*parts, **others))


@contextmanager
def serving(
    schema: Schema,
    records: Sequence[Mapping[str, object]],
    pictures: Mapping[str, bytes],
    access: AccessConfig = OPEN,
) -> Iterator[str]:
    """The app on a free port of this machine, in a thread: these items, pictures by object key."""
    with on_loopback(app_of(schema, records, pictures, access)) as url:
        yield url


def app_of(
    schema: Schema,
    records: Sequence[Mapping[str, object]],
    pictures: Mapping[str, bytes],
    access: AccessConfig = OPEN,
) -> FastAPI:
    """The application over in-memory parts; these items and pictures are in it once it has started.

    They are written by the application's own event loop: Playwright has one running here already.
    """
    generation = generation_in_use(schema=schema)
    store, embedder = FakeStore(generation), FakeEmbedder()
    items = [parse_item(record, schema) for record in records]

    @asynccontextmanager
    async def fill(app: FastAPI) -> AsyncIterator[None]:
        made = await embedder.embed(items, generation)
        vectors = [vector for vector in made if not isinstance(vector, EmbeddingFailure)]
        await store.upsert(items, vectors, generation.generation)
        yield

    settings = Settings(database_url="postgresql://none", objects_uri="file:///none", access=access)
    return create_app(settings, store, embedder, FakeObjects(pictures), lifespan=fill)
