"""The page in Chromium: any schema, a phone's width, and nothing from elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog.schema import default_schema
from tests.serving.web import shop
from tests.serving.web.conftest import PATIENCE_MS, Serve

CARDS = "#grid .card"
WEB = Path("serving/web")


def test_the_default_schema_gets_a_facet_for_every_field(page: Page, serve: Serve) -> None:
    schema = default_schema()
    item = {
        "item_id": "sku-1",
        "clothes": {field: list(values[:1]) for field, values in schema.standard.items()},
    }
    page.goto(serve(schema, [item], {}))

    expect(page.locator(".facet")).to_have_count(len(schema.standard))
    expect(page.get_by_text("Top sleeve length type", exact=True)).to_be_visible()
    expect(page.get_by_role("checkbox", name="top › t-shirt")).to_be_visible()
    # Numbers that alone tell values apart stay: 03-1onepiece(dress), 03-2onepiece(jumpsuite).
    expect(page.locator(CARDS)).to_contain_text("sku-1")
    expect(page.locator(CARDS).locator(".placeholder")).to_contain_text("sku-1")


def test_a_price_is_only_asked_for_where_items_have_one(page: Page, serve: Serve) -> None:
    page.goto(serve(shop.SCHEMA, [{"item_id": "a", "clothes": {"kind": [shop.KINDS[0]]}}], {}))

    expect(page.locator(CARDS)).to_have_count(1)
    expect(page.get_by_label("Lowest price")).to_have_count(0)


@pytest.mark.parametrize("name", ["Price", "sale_price", "가격"])
def test_a_price_is_found_under_the_name_that_the_shop_gave_it(
    page: Page, serve: Serve, name: str
) -> None:
    items = [
        {"item_id": item_id, "clothes": {"kind": [shop.KINDS[0]]}, "metadata": metadata}
        for item_id, metadata in (
            ("a", {"list_price": 99_000, name: 25_000, "currency": "KRW"}),
            ("b", {"list_price": 98_000, name: 35_000, "currency": "KRW"}),
        )
    ]
    page.goto(serve(shop.SCHEMA, items, {}))

    expect(page.locator(CARDS).first.locator(".price")).to_have_text("₩25,000")
    page.get_by_role("spinbutton", name="Lowest price").fill("30000")
    page.keyboard.press("Enter")
    expect(page.locator(CARDS)).to_have_count(1)
    expect(page.locator(CARDS).locator(".price")).to_have_text("₩35,000")


def test_a_phone_gets_two_columns_and_the_filters_in_a_sheet(
    browser: Browser, shop_url: str
) -> None:
    context = browser.new_context(
        base_url=shop_url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/")
    expect(page.locator(CARDS)).to_have_count(24)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    tops = [box["y"] for card in page.locator(CARDS).all()[:3] if (box := card.bounding_box())]
    assert tops[0] == tops[1] < tops[2]
    page.get_by_role("button", name="Filters").tap()
    sheet = page.get_by_role("dialog", name="Filters")
    sheet.get_by_text("Main colour").tap()
    sheet.get_by_role("checkbox", name="Red").tap()
    sheet.get_by_role("button", name="Done").tap()
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()
    expect(page.locator(CARDS)).to_have_count(16)
    page.locator(CARDS).first.get_by_role("button", name="More like this").tap()
    expect(page.locator("#tray")).to_be_visible()
    page.locator(CARDS).first.get_by_role("link").tap()
    expect(page.get_by_role("dialog").locator(".grid .card")).to_have_count(12)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_the_dark_scheme_is_dark(browser: Browser, shop_url: str) -> None:
    context = browser.new_context(base_url=shop_url, color_scheme="dark")
    page = context.new_page()
    page.goto("/")

    expect(page.locator("body")).to_have_css("background-color", "rgb(20, 19, 18)")
    expect(page.locator("body")).to_have_css("color", "rgb(240, 238, 233)")
    context.close()


def test_nothing_comes_from_elsewhere_and_nothing_is_complained_of(
    page: Page, shop_url: str, watch: Callable[[Page], list[str]]
) -> None:
    complaints = watch(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/?q=boots&like=no-002")
    expect(page.locator(CARDS)).to_have_count(24)
    page.locator(CARDS).first.get_by_role("link").click()
    expect(page.get_by_role("dialog").locator(".grid .card")).to_have_count(12)

    assert [url for url in asked if not url.startswith(shop_url)] == []
    assert complaints == []


def test_no_script_writes_markup() -> None:
    for path in WEB.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert word not in text, f"{path}: expected text nodes only, found {word}"
