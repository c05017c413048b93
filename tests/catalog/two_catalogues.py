"""A flat table and native items, small, for tests of ingest, and what became of them."""

from pathlib import Path
from typing import Any

STYLES = "id,gender,baseColour,year,price,productDisplayName\n" + "".join(
    f"{i},{'Men' if i % 3 else 'Women'},{('Black', 'Navy Blue', 'NA')[i % 3]},"
    f"{2010 + i % 4}.0,{i * 10},Puma Item {'abcdefghij'[i % 10]} number {i}\n"
    for i in range(1, 101)
)


def native(num_items: int = 40) -> list[dict[str, Any]]:
    """Items of the default schema."""
    return [
        {
            "item_id": f"sku-{i}",
            "clothes": {"color": ["White", "Blue"], "season": "summer"},
            "reinforced_feature_value": {"category": "옥스퍼드 셔츠"},
            "variant_group": f"v{i // 2}",
            "metadata": {"price": i},
        }
        for i in range(num_items)
    ]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
