"""The page in Chromium when something is wrong: hostile text, errors, late answers, no picture."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from catalog.schema import Schema
from tests.serving.web import shop
from tests.serving.web.conftest import Serve

CARDS = "#grid .card"


def test_hostile_text_is_shown_and_not_run(
    page: Page, serve: Serve, watch: Callable[[Page], list[str]]
) -> None:
    complaints = watch(page)
    url = serve(shop.SCHEMA, [shop.hostile_record(), *shop.records(3)], {})
    page.goto(url)
    hostile = page.locator(CARDS).filter(has_text="onerror")
    expect(hostile).to_contain_text(shop.HOSTILE)
    hostile.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text('<svg onload="wasFooled = 1"></svg>')
    expect(page.get_by_role("dialog").locator(".item-head")).to_contain_text(shop.HOSTILE_ID)
    page.get_by_role("dialog").get_by_role("button", name="More like this").click()
    expect(page.locator("#tray").get_by_role("listitem")).to_have_count(1)
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"More like {shop.HOSTILE}")
    assert page.evaluate("window.wasFooled") is None
    assert complaints == []


def test_an_unknown_filter_is_explained_and_can_be_removed(page: Page) -> None:
    page.goto("/?clothes.colour=Red")

    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("filters.clothes.colour")
    expect(problem).to_contain_text("clothes.mainColour")
    problem.get_by_role("button", name="Remove this filter").click()
    expect(problem).to_be_hidden()
    expect(page.locator(CARDS)).to_have_count(24)


def test_an_unknown_value_names_the_values_allowed(page: Page) -> None:
    page.goto("/?clothes.mainColour=Rde")

    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Rde")
    expect(problem.locator(".allowed")).to_contain_text("Navy Blue")


def test_of_many_values_allowed_the_likeliest_come_first(page: Page, serve: Serve) -> None:
    values = (*(f"no {number}" for number in range(99)), "Jeans")
    schema = Schema(standard={"articleType": values}, reinforced=())
    page.goto(serve(schema, [], {}) + "/?clothes.articleType=jens")

    allowed = page.get_by_role("alert").locator(".allowed")
    expect(allowed.locator("code").first).to_have_text("Jeans")
    expect(allowed).to_contain_text("and 76 more")


def test_an_unknown_item_is_said_in_the_panel(page: Page) -> None:
    page.goto("/?item=no-such")

    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("alert").first).to_contain_text("no-such")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()
    expect(page.locator(CARDS)).to_have_count(24)


def test_an_unknown_item_in_the_tray_is_explained_and_can_be_taken_out(page: Page) -> None:
    page.goto("/?like=no-such")

    expect(page.get_by_role("alert")).to_contain_text("no-such")
    page.get_by_role("button", name="Take it out of the tray").click()
    expect(page.locator(CARDS)).to_have_count(24)


def test_a_service_that_is_away_is_said_and_tried_again(page: Page) -> None:
    page.goto("/")
    expect(page.locator(CARDS)).to_have_count(24)
    page.route("**/v1/search", lambda route: route.abort())
    page.locator("#words").fill("coat")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached")
    page.unroute("**/v1/search")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator(CARDS).first).to_contain_text("coat")


def test_a_failed_schema_leaves_the_list_and_can_be_asked_again(page: Page) -> None:
    page.route("**/v1/schema", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.goto("/")

    expect(page.locator(CARDS)).to_have_count(24)
    expect(page.locator("#filters")).to_contain_text("The service answered 502")
    page.unroute("**/v1/schema")
    page.locator("#filters").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("checkbox", name="Red")).to_be_visible()


def test_a_page_that_fails_keeps_the_list_and_can_be_asked_again(page: Page) -> None:
    page.goto("/")
    expect(page.locator(CARDS)).to_have_count(24)
    problem = '{"title": "A part is unavailable", "detail": "PostgreSQL: no answer"}'
    page.route("**/v1/items?*", lambda route: route.fulfill(status=503, body=problem))
    page.get_by_role("button", name="Show more").click()

    expect(page.get_by_role("alert")).to_contain_text("PostgreSQL: no answer")
    expect(page.locator(CARDS)).to_have_count(24)
    page.unroute("**/v1/items?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(CARDS)).to_have_count(48)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_late_answer_never_replaces_a_newer_one(page: Page) -> None:
    page.goto("/")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/v1/search", hold_the_first)
    page.locator("#words").fill("white sneakers")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("Loading…")
    page.locator("#words").fill("red boots")
    page.keyboard.press("Enter")
    expect(page.locator(CARDS).first).to_contain_text("Red boots")
    held[0].fulfill(json={"generation": "g0000", "items": [], "cursor": None})

    page.wait_for_timeout(100)
    expect(page.locator(CARDS).first).to_contain_text("Red boots")
    expect(page.locator("#generation")).to_have_text("generation g0001")


def test_an_answer_of_another_generation_brings_its_schema(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("checkbox", name="Red")).to_be_visible()
    schema = {"standard": {"stone": ["Jade"]}, "reinforced": []}
    page.route(
        "**/v1/schema",
        lambda route: route.fulfill(json={"generation": "g0002", "schema": schema}),
    )
    found = {"item_id": "ring-1", "clothes": {"stone": ["Jade"]}, "score": 0.5}
    page.route(
        "**/v1/search",
        lambda route: route.fulfill(json={"generation": "g0002", "items": [found], "cursor": None}),
    )
    page.locator("#words").fill("ring")
    page.keyboard.press("Enter")

    expect(page.locator("#generation")).to_have_text("generation g0002")
    expect(page.get_by_role("checkbox", name="Jade")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Red")).to_have_count(0)


def test_an_item_without_a_picture_gets_a_drawing_with_its_name(page: Page) -> None:
    page.goto("/")

    no_key = page.locator(f"{CARDS}[data-item=no-009] .placeholder")
    not_stored = page.locator(f"{CARDS}[data-item=no-001] .placeholder")
    expect(no_key).to_contain_text("Black shorts")
    expect(not_stored).to_contain_text("Black jacket")
    expect(not_stored.locator("svg")).to_be_visible()


def test_an_empty_catalogue_is_said(page: Page, serve: Serve) -> None:
    page.goto(serve(shop.SCHEMA, [], {}))

    expect(page.get_by_text("The catalogue is empty.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Red")).to_be_visible()
