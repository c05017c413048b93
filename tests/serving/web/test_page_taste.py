"""The page in Chromium: an item's panel, what is like it, and the tray of liked and disliked."""

import re

from playwright.sync_api import Page, expect

CARDS = "#grid .card"


def test_a_click_on_an_item_shows_it_and_what_is_like_it(page: Page) -> None:
    page.goto("/")
    page.locator(CARDS).first.get_by_role("link").click()

    panel = page.get_by_role("dialog", name="Black coat")
    expect(panel).to_contain_text("Main colour")
    expect(panel).to_contain_text("outer › coat")
    expect(panel).to_contain_text("note 0")
    expect(panel.get_by_role("img", name="Black coat")).to_be_visible()
    expect(panel.locator(".grid .card")).to_have_count(12)
    expect(panel.locator(".grid .card").first).to_contain_text(
        re.compile(r"\d of 3 attributes agree")
    )
    expect(panel.locator(".grid .card").first.locator(".score")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?item=no-000$"))
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page).not_to_have_url(re.compile("item="))


def test_the_panel_goes_from_item_to_item_and_back_with_the_back_button(page: Page) -> None:
    page.goto("/?item=no-000")
    expect(page.get_by_role("dialog", name="Black coat")).to_be_visible()
    page.get_by_role("dialog").locator(".grid .card").first.get_by_role("link").click()
    expect(page).not_to_have_url(re.compile("item=no-000"))

    page.go_back()
    expect(page.get_by_role("dialog", name="Black coat")).to_be_visible()
    expect(page.get_by_role("dialog").locator(".item-head")).to_contain_text("no-000")


def test_an_attribute_in_the_panel_filters_by_it(page: Page) -> None:
    page.goto("/?item=no-000")
    page.get_by_role("dialog").get_by_role("link", name="outer › coat").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(CARDS)).to_have_count(4)
    expect(page.get_by_role("checkbox", name="outer › coat")).to_be_checked()


def test_more_like_this_fills_the_tray_and_lists_what_is_like_it(page: Page) -> None:
    page.goto("/")
    page.locator(CARDS).first.hover()
    page.get_by_role("button", name="More like this: Black coat").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("More like Black coat")
    expect(page).to_have_url(re.compile(r"\?like=no-000$"))
    tray = page.get_by_role("region", name="What you like and dislike")
    expect(tray.get_by_role("link", name="Black coat")).to_be_visible()
    expect(page.locator(f"{CARDS}[data-item=no-000]")).to_have_count(0)
    expect(page.locator(CARDS).first.locator(".score")).to_be_visible()


def test_less_like_this_changes_what_more_like_this_gives(page: Page) -> None:
    page.goto("/?like=no-000")
    expect(page.locator(CARDS)).to_have_count(24)
    second = page.locator(CARDS).nth(1)
    unwanted = second.get_attribute("data-item")
    second.get_by_role("button", name="Less like this").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("less like")
    expect(page).to_have_url(re.compile(rf"\?like=no-000&less={unwanted}$"))
    expect(page.locator(f"{CARDS}[data-item={unwanted}]")).to_have_count(0)


def test_items_leave_the_tray_one_by_one_and_all_at_once(page: Page) -> None:
    page.goto("/?like=no-000&like=no-016&less=no-005")
    tray = page.get_by_role("region", name="What you like and dislike")
    expect(tray.get_by_role("listitem")).to_have_count(3)
    tray.get_by_role("button", name="Remove White coat").click()

    expect(tray.get_by_role("listitem")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"\?like=no-000&less=no-005$"))
    tray.get_by_role("button", name="Reset").click()
    expect(tray).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("All items")


def test_words_and_likes_count_together(page: Page) -> None:
    with page.expect_request("**/v1/recommend") as sent:
        page.goto("/?q=boots&like=no-000&clothes.mainColour=Red")

    assert sent.value.post_data_json == {
        "positive": ["no-000", {"reinforced_feature_value": {"*": ["boots"]}}],
        "negative": [],
        "k": 24,
        "filters": {"clothes.mainColour": ["Red"]},
    }
    expect(page.locator(CARDS)).to_have_count(16)
    expect(page.get_by_role("heading", level=1)).to_have_text("“boots”, more like Black coat")


def test_a_dislike_alone_waits_for_something_to_turn_from(page: Page) -> None:
    page.goto("/")
    page.locator(CARDS).first.hover()
    page.get_by_role("button", name="Less like this: Black coat").click()

    tray = page.get_by_role("region", name="What you like and dislike")
    expect(tray).to_contain_text("less of this needs a direction to turn from")
    expect(page.locator("#grid")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("button", name="Less like this: Black coat")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_the_panel_puts_its_item_into_the_tray_and_gives_way_to_the_list(page: Page) -> None:
    page.goto("/?item=no-005")
    page.get_by_role("dialog").get_by_role("button", name="More like this").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"\?like=no-005$"))


def test_the_keyboard_alone_reaches_an_item_and_its_buttons(page: Page) -> None:
    page.goto("/")
    expect(page.locator(CARDS)).to_have_count(24)
    page.keyboard.press("/")
    expect(page.locator("#words")).to_be_focused()
    page.locator(CARDS).first.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Black coat")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator(CARDS).first.get_by_role("link")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?like=no-000$"))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
