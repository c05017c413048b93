"""A catalogue that somebody typed is looked through before anything is started for it."""

from pathlib import Path

import pytest

from local.catalogue import check_catalogue, find_catalogue
from local.part import WrongInput

GOOD = "id,color,description\n" + "".join(f"{n},{n % 3},a shirt {n}\n" for n in range(40))


def test_a_catalogue_that_makes_items_passes(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(GOOD)
    check_catalogue(find_catalogue(path, None, None))
    assert sorted(tmp_path.iterdir()) == [path]


def test_one_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("id,color\n")
    with pytest.raises(WrongInput) as caught:
        check_catalogue(find_catalogue(path, None, None))
    assert f"CATALOG: {path} cannot be used, nothing was started or stopped" in str(caught.value)
    assert "the catalogue is empty: it has no rows" in str(caught.value)


@pytest.mark.parametrize("num_items", [2, 10])
def test_one_that_is_too_small_to_be_evaluated_is_refused(tmp_path: Path, num_items: int) -> None:
    path = tmp_path / "shop.csv"
    path.write_text("".join(GOOD.splitlines(keepends=True)[: 1 + num_items]))
    with pytest.raises(WrongInput, match=rf"expected at least 11 items, .*, got {num_items}$"):
        check_catalogue(find_catalogue(path, None, None))
    path.write_text("".join(GOOD.splitlines(keepends=True)[:12]))
    check_catalogue(find_catalogue(path, None, None))


def test_one_of_which_too_much_is_set_aside_is_refused_with_the_counts(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(GOOD + GOOD.removeprefix("id,color,description\n"))
    with pytest.raises(WrongInput, match="of 80 rows 40 make items and 40 are set aside, too"):
        check_catalogue(find_catalogue(path, None, None))


def test_a_mapping_that_does_not_fit_is_told(tmp_path: Path) -> None:
    path, mapping = tmp_path / "shop.csv", tmp_path / "mapping.json"
    path.write_text(GOOD)
    mapping.write_text('{"standard": {"fit": "no such column"}}')
    with pytest.raises(WrongInput, match="no such column"):
        check_catalogue(find_catalogue(path, None, mapping))
