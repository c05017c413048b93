"""The application: routes, problems, documentation and the web page, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

from serving.access.guard import guard_of
from serving.access.key_metrics import watch_keys
from serving.api.access import document_access
from serving.api.docs_page import docs_page
from serving.api.head import HeadAsGet
from serving.api.observe import Observed
from serving.api.problems import add_problem_handlers
from serving.api.routes import generations, health, items, pictures, search
from serving.api.schemas import COMPONENTS
from serving.metrics import Metrics
from serving.protocols import Embedder, Store
from serving.service import Pictures, service_of
from serving.settings import Settings

if TYPE_CHECKING:
    from serving.tracing import Tracing

WEB = Path(__file__).parent.parent / "web"
VERSION = "0.1.0"
_DESCRIPTION = (
    "Searches and recommendations over a fashion catalogue. Every answer names the generation "
    "that gave it; every failure is a problem document (RFC 9457) with a request_id."
)

# A shop's texts are shown as text; should one ever slip through as markup, it runs nothing.
# Pictures that need a key are fetched by the page and shown as blobs.
_PAGE_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_DOCS_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

_PARTS = (search, items, generations, health, pictures)
_ROUTES = [route for part in _PARTS for route in part.router.routes]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings,
    store: Store,
    embedder: Embedder,
    objects: Pictures,
    *,
    metrics: Metrics | None = None,
    tracing: "Tracing | None" = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The application over these parts; whoever passes them opens and closes them.

    Args:
        settings: bounds of requests.
        store: items and vectors.
        embedder: items to vectors.
        objects: pictures.
        metrics: where to count; a registry of its own if None.
        tracing: makes spans; none if None.
        lifespan: what to do around the application's life, such as opening the parts.

    Raises:
        SettingsError: who may call cannot be read from where the settings say.
    """
    metrics = metrics or Metrics()
    app = FastAPI(
        title="modiste",
        version=VERSION,
        description=_DESCRIPTION,
        redirect_slashes=False,
        # FastAPI's own pages load their scripts from elsewhere; ours reads offline.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan or _nothing,
    )
    app.state.service = service_of(settings, store, embedder, objects, metrics, tracing)
    app.state.guard = guard_of(settings.access)
    watch_keys(metrics.registry, app.state.guard)
    add_problem_handlers(app, _ROUTES)
    for part in _PARTS:
        app.include_router(part.router)
    _add_pages(app)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Observed, metrics=metrics)
    if tracing is not None:
        _trace(app, tracing)
    _document(app)
    return app


def _add_pages(app: FastAPI) -> None:
    """The web page at `/`, its files under `/static/`, the description of the API at `/docs`."""

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _PAGE_POLICY}
        return FileResponse(WEB / "index.html", headers=headers)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        headers = {"Content-Security-Policy": _DOCS_POLICY}
        return HTMLResponse(docs_page(app.openapi()), headers=headers)

    app.mount("/static", StaticFiles(directory=WEB), name="static")


def _trace(app: FastAPI, tracing: "Tracing") -> None:
    """Put every request into a span, outside of all else; the import costs, so it is here."""
    from serving.api.traced import Traced

    app.add_middleware(Traced, tracer=tracing.tracer)


def _document(app: FastAPI) -> None:
    """Add the schemas of items, faults and problems, which routes refer to by name."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            document["components"] = {"schemas": COMPONENTS}
            for route in document["paths"].values():
                _drop_framework_errors(route)
            document_access(document, _ROUTES, is_open=app.state.guard.is_open)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _drop_framework_errors(route: dict[str, Any]) -> None:
    """Remove the 422 that FastAPI documents by itself: parameters are checked by our own code."""
    for operation in route.values():
        described = operation["responses"].get("422", {})
        if "application/json" in described.get("content", {}):
            del operation["responses"]["422"]


@asynccontextmanager
async def _nothing(app: FastAPI) -> AsyncIterator[None]:
    yield
