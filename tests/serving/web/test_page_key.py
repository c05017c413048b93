"""The page in Chromium where the API asks for a key: asked once, sent with everything."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from serving.access.config import AccessConfig, RateConfig
from serving.access.roles import Role
from tests.serving.access.service import KEYS, keys_file
from tests.serving.web import shop
from tests.serving.web.conftest import Serve

CARDS = "#grid .card"
KEY = KEYS[Role.READ]


@pytest.fixture
def locked(serve: Serve, tmp_path: Path) -> str:
    """The little shop behind keys."""
    access = AccessConfig(keys_file=keys_file(tmp_path))
    return serve(shop.SCHEMA, shop.records(), shop.pictures(), access=access)


def give(page: Page, key: str) -> None:
    page.get_by_label("API key or token").fill(key)
    page.get_by_role("button", name="Use it").click()


def test_a_key_is_asked_for_once_and_opens_lists_pictures_and_panel(
    page: Page, locked: str, watch: Callable[[Page], list[str]]
) -> None:
    complaints = watch(page)
    page.goto(locked)
    dialog = page.get_by_role("dialog", name="This service asks for a key")
    expect(dialog).to_be_visible()
    give(page, KEY)

    expect(page.locator(CARDS)).to_have_count(24)
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Red")).to_be_visible()
    picture = page.locator(f"{CARDS}[data-item=no-000] img")
    expect(picture).to_have_js_property("naturalWidth", 40)
    expect(picture).to_have_attribute("src", f"blob:{locked}/" + picture_id(page))
    expect(page.locator(f"{CARDS}[data-item=no-001] .placeholder")).to_be_visible()
    page.locator(CARDS).first.get_by_role("link").click()
    panel = page.get_by_role("dialog")
    expect(panel.locator(".panel-picture img")).to_have_js_property("naturalWidth", 40)
    expect(panel.locator(".panel-alike img").first).to_have_js_property("naturalWidth", 40)
    page.reload()
    expect(panel.locator(".panel-picture img")).to_have_js_property("naturalWidth", 40)
    assert complaints == []


def picture_id(page: Page) -> str:
    source = page.locator(f"{CARDS}[data-item=no-000] img").get_attribute("src")
    assert source is not None
    return source.rsplit("/", 1)[-1]


def test_a_wrong_key_is_said_and_asked_for_again(page: Page, locked: str) -> None:
    page.goto(locked)
    give(page, "modiste_wrong")

    reason = page.get_by_role("dialog").get_by_role("alert")
    expect(reason).to_contain_text("Not accepted: ")
    expect(reason).to_contain_text("expected `Bearer <API key>`, got an unknown one")
    give(page, KEY)
    expect(page.locator(CARDS)).to_have_count(24)


def test_without_a_key_the_page_says_so_and_asks_when_told(page: Page, locked: str) -> None:
    page.goto(locked)
    page.get_by_role("button", name="Not now").click()

    problem = page.locator("#problem").get_by_role("alert")
    expect(problem).to_contain_text("Who calls is not known")
    problem.get_by_role("button", name="Try again").click()
    give(page, KEY)
    expect(page.locator(CARDS)).to_have_count(24)


def test_the_key_is_in_no_address_no_text_and_no_lasting_store(page: Page, locked: str) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(locked)
    give(page, KEY)
    expect(page.locator(CARDS)).to_have_count(24)

    page.get_by_text("This answer as a request").click()
    expect(page.locator("#request-text")).to_contain_text("Bearer $MODISTE_API_KEY")
    assert KEY not in page.content()
    assert all(KEY not in request.url for request in asked)
    assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_label("API key or token")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_pictures_beyond_the_limit_come_a_little_later(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    access = AccessConfig(keys_file=keys_file(tmp_path), rate=RateConfig(per_s=20, burst=8))
    page.goto(serve(shop.SCHEMA, shop.records(9), shop.pictures(), access=access))
    give(page, KEY)
    for number in (0, 2, 8):
        picture = page.locator(f"{CARDS}[data-item=no-{number:03d}] img")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", 40)


def test_without_keys_nothing_is_asked_and_pictures_load_as_they_do(page: Page) -> None:
    page.goto("/")
    expect(page.locator(CARDS)).to_have_count(24)
    source = page.locator(f"{CARDS}[data-item=no-000] img").get_attribute("src")
    assert source == shop.key_of(0).replace(".jpg", "-384.jpg")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Forget the key")).to_be_hidden()
