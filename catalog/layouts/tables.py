"""Known flat tables: recognised by their columns, so that a small slice reads like the whole.

What inference finds in a whole table it may not find in fifty rows of it; a table that is known
needs no guessing. Of a mapping that a person gives nothing is taken from here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.mapping import ColumnMapping


@dataclass(frozen=True, kw_only=True)
class KnownTable:
    """A table that is published in one layout.

    Attributes:
        name: what it is called.
        columns: those by which it is known; all must be there, others may be.
        mapping: what its columns are.
    """

    name: str
    columns: frozenset[str]
    mapping: ColumnMapping


def _table(
    name: str,
    item_id: str,
    standard: Sequence[str],
    reinforced: Sequence[str],
    variant_group: str | None = None,
    digits: Mapping[str, int] | None = None,
) -> KnownTable:
    mapping = ColumnMapping(
        item_id=item_id,
        variant_group=variant_group,
        standard={column: (column,) for column in standard},
        reinforced={column: (column,) for column in reinforced},
        digits=digits or {},
        is_partial=False,
    )
    named = (item_id, variant_group, *standard, *reinforced)
    return KnownTable(name=name, columns=frozenset(filter(None, named)), mapping=mapping)


KAGGLE_STYLES = _table(
    "Kaggle Fashion Product Images, styles.csv",
    "id",
    standard=(
        *("gender", "masterCategory", "subCategory", "articleType", "baseColour"),
        *("season", "year", "usage"),
    ),
    reinforced=("productDisplayName",),
)
"""Pictures are in images/<id>.jpg."""

HM_ARTICLES = _table(
    "H&M Personalized Fashion Recommendations, articles.csv",
    "article_id",
    variant_group="product_code",
    standard=(
        *("product_type_name", "product_group_name", "graphical_appearance_name"),
        *("colour_group_name", "perceived_colour_value_name", "perceived_colour_master_name"),
        *("department_name", "index_name", "index_group_name", "section_name"),
        "garment_group_name",
    ),
    reinforced=("prod_name", "detail_desc"),
    digits={"article_id": 10, "product_code": 7},
)
"""Data frames take the ids for numbers and lose the zeros in front.

Pictures are in images/<first three digits of the id>/<id>.jpg; columns *_no and *_code repeat
the names as numbers and are left out."""

KNOWN_TABLES = (KAGGLE_STYLES, HM_ARTICLES)


def known_table(columns: Iterable[str]) -> KnownTable | None:
    """The table that has these columns, if it is a known one."""
    there = frozenset(columns)
    return next((table for table in KNOWN_TABLES if table.columns <= there), None)
