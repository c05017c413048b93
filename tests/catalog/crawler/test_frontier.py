"""What a crawl knows: nothing twice, in order, and whole after any kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.crawler.catalogue import catalogue_rows
from catalog.crawler.frontier import Frontier
from catalog.crawler.products import COLUMNS, PROPERTIES
from catalog.crawler.urls import Address, parse_address
from catalog.crawler.visit import Found, Kind, Page

HOST = "shop.example"


def at(path: str) -> Address:
    address = parse_address(f"https://{HOST}{path}")
    assert address is not None
    return address


def taken(frontier: Frontier) -> Page:
    page = frontier.next_page(HOST)
    assert page is not None
    frontier.asking(page, 0.0)
    return page


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    frontier = Frontier(tmp_path / "frontier.sqlite", max_pages=3, max_depth=2)
    frontier.begin([at("/")])
    yield frontier
    frontier.close()


def test_robots_txt_comes_before_the_pages_of_its_host(frontier: Frontier) -> None:
    page = taken(frontier)
    assert (page.kind, page.address.url) == (Kind.ROBOTS, f"https://{HOST}/robots.txt")
    frontier.robots_read(page, f"https://{HOST}", "", Found(outcome="read"))
    assert taken(frontier).address == at("/")


def test_a_page_without_an_outcome_waits_still(tmp_path: Path, frontier: Frontier) -> None:
    frontier.done(taken(frontier), Found(outcome="read"))
    page = taken(frontier)
    frontier.close()
    other = Frontier(tmp_path / "frontier.sqlite", max_pages=3, max_depth=2)
    assert other.next_page(HOST) == page
    other.done(
        page, Found(outcome="no product", links=[(Kind.PAGE, at("/")), (Kind.PAGE, at("/a"))])
    )
    assert taken(other).address == at("/a")
    other.close()


def test_pages_that_failed_come_after_the_others(frontier: Frontier) -> None:
    frontier.done(taken(frontier), Found(outcome="read"))
    first = taken(frontier)
    frontier.done(first, Found(outcome="x", links=[(Kind.PAGE, at(f"/{n}")) for n in "ab"]))
    again = taken(frontier)
    assert again.address == at("/a")
    frontier.again(again)
    assert taken(frontier).address == at("/b")


def test_no_more_pages_are_asked_of_a_host_than_it_may_be(frontier: Frontier) -> None:
    frontier.done(taken(frontier), Found(outcome="read"))
    links = [(Kind.PAGE, at(f"/{number}")) for number in range(40)]
    frontier.done(taken(frontier), Found(outcome="x", links=[*links, (Kind.PICTURE, at("/i"))]))
    for _ in range(2):
        frontier.done(taken(frontier), Found(outcome="x"))
    # A picture of a product that was found is no page.
    assert taken(frontier).kind is Kind.PICTURE
    assert frontier.outcomes() == {"page limit": 27, "x": 3}
    assert frontier.counters() == {"links over the limit": 11}


def test_redirects_that_lead_back_are_seen(frontier: Frontier) -> None:
    frontier.done(taken(frontier), Found(outcome="read"))
    page = taken(frontier)
    assert frontier.leads_back(at("/"), page)
    assert not frontier.leads_back(at("/b"), page)
    frontier.done(
        page, Found(outcome="redirected", note=at("/b").key, links=[(Kind.PAGE, at("/b"))])
    )
    assert frontier.leads_back(at("/"), taken(frontier))


def test_a_new_crawl_keeps_the_pictures_alone(frontier: Frontier) -> None:
    frontier.done(taken(frontier), Found(outcome="read"))
    row = {"id": "1", "name": "Shirt"}
    found = Found(outcome="product", products=[(0, row)], links=[(Kind.PICTURE, at("/i"))])
    frontier.done(taken(frontier), found)
    frontier.done(taken(frontier), Found(outcome="picture", note="images/1.jpg"))
    assert list(frontier.products()) == [row]
    frontier.begin([at("/other")])
    assert (list(frontier.products()), frontier.outcomes()) == ([], {})
    assert frontier.picture(at("/i").key) == "images/1.jpg"
    frontier.begin([at("/other")], forget_pictures=[at("/i").key])
    assert frontier.picture(at("/i").key) is None


def row(key: str, **cells: object) -> dict[str, object]:
    return {**dict.fromkeys(COLUMNS), "id": key, "name": "Shirt", PROPERTIES: {}, **cells}


def test_an_id_stands_in_the_catalogue_once_as_the_surest_page_has_it() -> None:
    found = [row("b", price=1), row("a"), row("b", price=2), row("a", name="Dress")]
    rows, noticed = catalogue_rows(found, lambda key: None)
    assert rows == [{"id": "a", "name": "Shirt"}, {"id": "b", "name": "Shirt", "price": 1}]
    assert noticed == {"ids that two products claim": 1}


def test_own_properties_do_not_take_a_columns_name_and_are_bounded() -> None:
    many = {f"p{number:03}": "x" for number in range(600)}
    found = [row("a", **{PROPERTIES: {"Color": "Sand", "Fit": "slim"}}), row("b")]
    found += [row(f"c{number}", **{PROPERTIES: {"Color": "x", "Fit": "x"}}) for number in range(2)]
    found.append(row("d", **{PROPERTIES: many}))
    rows, _ = catalogue_rows(found, lambda key: None)
    assert rows[0] == {"id": "a", "name": "Shirt", "property Color": "Sand", "Fit": "slim"}
    assert len(rows[-1]) == 2 + 498
