"""The page in Chromium: what it lists, searches, filters and pages through."""

import re

from playwright.sync_api import Page, expect

from tests.serving.web.shop import KINDS, NUM_ITEMS

CARDS = "#grid .card"


def test_the_first_look_shows_items_with_pictures_prices_and_the_generation(page: Page) -> None:
    page.goto("/")

    first = page.locator(CARDS).first
    expect(page.locator(CARDS)).to_have_count(24)
    expect(first).to_contain_text("Black coat")
    expect(first).to_contain_text("세온")
    expect(first).to_contain_text("₩10,000")
    expect(first).to_contain_text("no-000")
    expect(first.locator("img")).to_have_js_property("complete", True)
    expect(first.locator("img")).to_have_js_property("naturalWidth", 40)
    expect(page.locator("#generation")).to_have_text("generation g0001")
    expect(page.locator("#status")).to_contain_text("24 items shown")


def test_lists_show_thumbnails_and_the_panel_the_picture(page: Page) -> None:
    page.goto("/")

    small = page.locator(f"{CARDS}[data-item=no-003] img")
    expect(small).to_have_js_property("naturalWidth", 20)
    page.locator(f"{CARDS}[data-item=no-003]").get_by_role("link").click()
    large = page.get_by_role("dialog").locator(".panel-picture img")
    expect(large).to_have_js_property("naturalWidth", 40)


def test_words_are_searched_and_stand_in_the_address(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Search the catalogue in words").fill("red boots")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("“red boots”")
    expect(page.locator(CARDS).first).to_contain_text("Red boots")
    expect(page.locator(CARDS).first.locator(".score")).to_have_text(
        re.compile(r"score -?\d\.\d\d")
    )
    expect(page).to_have_url(re.compile(r"\?q=red\+boots$"))


def test_korean_words_are_searched_and_emptying_the_box_shows_all_again(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("searchbox", name="Search the catalogue in words")
    box.fill("남색")
    box.press("Enter")

    expect(page.locator(CARDS).first).to_contain_text("Navy Blue")
    box.fill("")
    expect(page.get_by_role("heading", level=1)).to_have_text("All items")
    expect(page.locator(CARDS).first).to_contain_text("Black coat")


def test_a_filter_keeps_only_what_has_the_value_and_its_chip_takes_it_away(page: Page) -> None:
    page.goto("/")
    page.get_by_role("checkbox", name="Red").check()

    expect(page.locator(CARDS)).to_have_count(len(KINDS))
    expect(page.locator(CARDS).filter(has_not_text="Red")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"clothes\.mainColour=Red"))
    page.get_by_role("button", name="Remove filter Main colour: Red").click()
    expect(page.locator(CARDS)).to_have_count(24)
    expect(page.get_by_role("checkbox", name="Red")).not_to_be_checked()


def test_values_of_a_field_add_up_and_fields_narrow_each_other(page: Page) -> None:
    page.goto("/")
    page.get_by_role("checkbox", name="Red").check()
    page.get_by_role("checkbox", name="White").check()
    page.get_by_role("checkbox", name="outer › coat").check()

    expect(page.locator(CARDS)).to_have_count(2)
    expect(page.locator("#status")).to_contain_text("2 items shown, that is all")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(CARDS)).to_have_count(24)


def test_a_long_vocabulary_is_narrowed_by_typing(page: Page) -> None:
    page.goto("/")
    facet = page.get_by_role("group", name="Kind", exact=True)
    expect(facet.get_by_role("checkbox")).to_have_count(len(KINDS))
    facet.get_by_role("searchbox", name="Find a value of Kind").fill("SHOE")

    expect(facet.get_by_role("checkbox")).to_have_count(4)
    facet.get_by_role("checkbox", name="shoe › boots").check()
    expect(page.locator(CARDS)).to_have_count(4)
    facet.get_by_role("searchbox").fill("no such kind")
    expect(facet).to_contain_text("No such value")


def test_what_an_address_has_chosen_stands_first_in_a_long_vocabulary(page: Page) -> None:
    page.goto(f"/?clothes.kind={KINDS[-1]}")

    facet = page.get_by_role("group", name="Kind", exact=True)
    expect(facet.get_by_role("checkbox").first).to_be_checked()
    expect(facet.get_by_role("listitem").first).to_have_text("shoe › sandals")


def test_a_range_of_prices_keeps_what_lies_within_both_ends(page: Page) -> None:
    page.goto("/")
    page.get_by_role("spinbutton", name="Lowest price").fill("12000")
    page.get_by_role("spinbutton", name="Highest price").fill("14000")
    page.keyboard.press("Enter")

    expect(page.locator(CARDS)).to_have_count(3)
    expect(page.locator(CARDS).first).to_contain_text("₩12,000")
    expect(page).to_have_url(re.compile(r"metadata\.price\.gte=12000&metadata\.price\.lte=14000"))
    page.get_by_role("button", name="Remove filter Price: 12,000 – 14,000").click()
    expect(page.locator(CARDS)).to_have_count(24)


def test_more_pages_are_added_until_all_are_shown_and_none_twice(page: Page) -> None:
    page.goto("/")
    more = page.get_by_role("button", name="Show more")
    for count in (48, NUM_ITEMS):
        more.click()
        expect(page.locator(CARDS)).to_have_count(count)

    ids = [card.get_attribute("data-item") for card in page.locator(CARDS).all()]
    assert len(set(ids)) == NUM_ITEMS
    expect(more).to_be_hidden()
    expect(page.locator("#status")).to_contain_text(f"{NUM_ITEMS} items shown, that is all")


def test_pages_of_a_search_follow_each_other_too(page: Page) -> None:
    page.goto("/?q=coat")
    page.get_by_role("button", name="Show more").click()

    expect(page.locator(CARDS)).to_have_count(48)
    ids = [card.get_attribute("data-item") for card in page.locator(CARDS).all()]
    assert len(set(ids)) == 48


def test_nothing_found_says_so_and_offers_to_clear_the_filters(page: Page) -> None:
    page.goto("/?clothes.size.fit=loose")

    expect(page.get_by_text("Nothing matches these filters.")).to_be_visible()
    page.locator("#problem").get_by_role("button", name="Clear filters").click()
    expect(page.locator(CARDS)).to_have_count(24)


def test_the_request_behind_a_list_can_be_read(page: Page) -> None:
    page.goto("/?q=it's")
    page.get_by_text("This answer as a request").click()

    expect(page.locator("#request-text")).to_contain_text("/v1/search")
    expect(page.locator("#request-text")).to_contain_text(r"it'\''s")
