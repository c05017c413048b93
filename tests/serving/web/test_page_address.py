"""The page in Chromium: everything shown is in the address, and the back button undoes."""

import re

from playwright.sync_api import Page, expect

CARDS = "#grid .card"


def test_an_address_brings_back_the_whole_state(page: Page) -> None:
    page.goto(
        "/?q=coat&like=no-001&less=no-002&clothes.mainColour=Red&metadata.price.gte=1&item=no-003"
    )

    expect(page.locator("#words")).to_have_value("coat")
    expect(page.locator("#tray").get_by_role("listitem", include_hidden=True)).to_have_count(2)
    expect(page.locator('input[value="Red"]')).to_be_checked()
    expect(page.get_by_label("Lowest price")).to_have_value("1")
    expect(page.get_by_role("dialog", name="Black shirt")).to_be_visible()


def test_the_back_button_undoes_step_by_step(page: Page) -> None:
    page.goto("/")
    page.get_by_role("checkbox", name="Red").check()
    expect(page.locator(CARDS)).to_have_count(16)
    page.locator(CARDS).first.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Red")).to_be_checked()
    page.go_back()
    expect(page.get_by_role("checkbox", name="Red")).not_to_be_checked()
    expect(page.locator(CARDS)).to_have_count(24)
    page.go_forward()
    expect(page.locator(CARDS)).to_have_count(16)


def test_a_list_returned_to_has_its_pages_and_its_place(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(CARDS)).to_have_count(48)
    page.locator(CARDS).nth(40).scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    page.locator(CARDS).nth(40).hover()
    page.locator(CARDS).nth(40).get_by_role("button", name="More like this").click()
    expect(page).to_have_url(re.compile("like="))
    expect(page.locator(CARDS)).to_have_count(24)

    page.go_back()
    expect(page.locator(CARDS)).to_have_count(48)
    assert page.evaluate("scrollY") == place > 0


def test_the_name_of_the_page_leads_back_to_the_start(page: Page) -> None:
    page.goto("/?q=coat&like=no-001")
    page.get_by_role("link", name="modiste, start over").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("All items")
    expect(page.locator("#words")).to_have_value("")
    expect(page).to_have_title("All items · modiste")


def test_an_item_is_a_link_that_a_new_tab_can_open(page: Page) -> None:
    page.goto("/?clothes.mainColour=Red")

    href = page.locator(CARDS).first.get_by_role("link").get_attribute("href")
    assert href == "./?clothes.mainColour=Red&item=no-032"
