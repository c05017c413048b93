"""A shop that is crawled again: today's prices, and no picture twice."""

import io
import json
from pathlib import Path

from PIL import Image

from tests.catalog.crawler.conftest import crawl
from tests.catalog.crawler.loopback_shop import Answer, LoopbackShop


def product_page(price: int) -> Answer:
    node = {"@type": "Product", "sku": "one", "name": "Shirt", "image": "/one.png"}
    text = json.dumps({**node, "offers": {"price": price}})
    return Answer(body=f'<script type="application/ld+json">{text}</script>'.encode())


def test_the_next_crawl_reads_prices_anew_and_keeps_the_pictures(
    shop: LoopbackShop, tmp_path: Path
) -> None:
    drawn = io.BytesIO()
    Image.new("RGBA", (20, 10), (200, 30, 60, 128)).save(drawn, "PNG")
    moved = Answer(status=301, headers={"Location": "/moved.png"})
    shop.answers |= {"/": product_page(10), "/one.png": moved}
    shop.answers["/moved.png"] = Answer(body=drawn.getvalue(), kind="image/png")
    objects = f"file://{tmp_path}/objects"
    arguments = (tmp_path / "shop.jsonl", f"{shop.url}/", "--delay", 0.01, "--objects", objects)
    first = crawl(*arguments)
    (row,) = first.rows
    assert (row["price"], (tmp_path / "objects" / row["image"]).is_file()) == (10, True)
    shop.answers["/"] = product_page(12)
    assert crawl(*arguments).rows == [{**row, "price": 12}]
    assert shop.paths()["/moved.png"] == 1
    assert crawl(*arguments, "--fresh").rows == [{**row, "price": 12}]
    assert (shop.paths()["/"], shop.paths()["/moved.png"]) == (3, 2)
