"""The component `crawl` on a small shop on loopback, and `ingest` on what it leaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kfp import compiler, dsl

from catalog.table import load_items_dir
from components.command import StepFailedError
from components.crawl import crawl
from components.ingest import ingest
from tests.catalog.crawler.loopback_shop import Answer, LoopbackShop
from tests.components.artifacts import artifact

NODE = (
    '{"@type": "Product", "sku": "%s", "name": "Shirt", "color": "White", "offers": {"price": 9}}'
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackShop]:
    """A shop of two products; work and objects in folders, and our root on the path."""
    monkeypatch.setenv("MODISTE_OBJECTS", f"file://{tmp_path}/objects")
    monkeypatch.setenv("MODISTE_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with LoopbackShop().running() as shop:
        for path, sku in (("/", "one"), ("/two", "two")):
            script = f'<script type="application/ld+json">{NODE % sku}</script>'
            shop.answers[path] = Answer(body=f'{script}<a href="/two">two</a>'.encode())
        yield shop


def crawled(shop: LoopbackShop, folder: Path, path: str) -> tuple[str, dsl.Metrics]:
    metrics = artifact(folder / "crawled", dsl.Metrics)
    catalogue = crawl.python_func(
        start=[f"{shop.url}{path}"],
        contact="me@modiste.example",
        image_hosts=[],
        private_hosts=["127.0.0.1"],
        delay_s=0.01,
        max_pages=10,
        crawled=metrics,
    )
    return catalogue, metrics


def test_ingest_takes_what_the_crawl_leaves(shop: LoopbackShop, tmp_path: Path) -> None:
    catalogue, metrics = crawled(shop, tmp_path, "/")
    assert (metrics.metadata["products"], metrics.metadata["pictures"]) == (2, 0)
    assert Path(catalogue).is_relative_to(tmp_path / "work")
    items = artifact(tmp_path / "items", dsl.Dataset)
    ingest.python_func(
        catalogue=catalogue,
        schema="",
        mapping="",
        max_reject_share=0.0,
        items=items,
        summary=artifact(tmp_path / "summary", dsl.Metrics),
    )
    assert [item.item_id for item in load_items_dir(Path(items.path)).items] == ["one", "two"]


def test_a_shop_without_a_product_fails_the_step_and_says_what_there_was(
    shop: LoopbackShop, tmp_path: Path
) -> None:
    with pytest.raises(StepFailedError, match="no product was found at 2 addresses") as failed:
        crawled(shop, tmp_path, "/nothing")
    assert failed.value.returncode == 2


def test_a_pipeline_hands_the_catalogue_on(tmp_path: Path) -> None:
    @dsl.pipeline
    def crawl_and_ingest(contact: str) -> None:
        found = crawl(
            start=["https://shop.example/"],
            contact=contact,
            image_hosts=[],
            private_hosts=[],
            delay_s=1.0,
            max_pages=1000,
        )
        found.set_caching_options(False)
        ingest(catalogue=found.outputs["Output"], schema="", mapping="", max_reject_share=0.05)

    path = tmp_path / "pipeline.yaml"
    compiler.Compiler().compile(crawl_and_ingest, str(path))
    assert "producerTask: crawl" in path.read_text(encoding="utf-8")
