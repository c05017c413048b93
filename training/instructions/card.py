"""The data card: README.md with the front matter by which `datasets` finds the files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.instructions.folder import CARD, PHOTOS, splits_of

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_TEXT = """
# Instruction data of a fashion catalogue

{pairs:,} conversations on {items:,} items, made by `python -m training.instructions`. No model
wrote them: sentences of a table are filled with what the items' fields hold, and with statements
of a table of styling rules. `facts` lists what answers claim of which item, `rules` the statements.

| configuration | messages | |
| --- | --- | --- |
| `text` | `content` is a text | listings are in the question |
| `photos` | `content` is a list of parts | one photo each, in `images` |

```python
from datasets import load_dataset
load_dataset("{folder}", "text", split="train")
```

`SFTTrainer` of TRL and Unsloth's vision collator take the columns `messages` and `images` as they
are; the others may be left in. Beside each Parquet file lie the same rows as JSON Lines, in which
photos are addresses: `load_dataset("json", data_files="photos/train.jsonl")` gives them as texts,
and `.cast_column("images", List(Image()))` as photos.

## Counts
{tables}
## Limits

- Answers repeat the catalogue: where that is wrong, they are.
- Styling advice is that of the rules table and of nobody else.
- The wording is that of a few sentences for each kind, in English and Korean.
- Variants of a product are on one side of the split; items that merely look alike may not be.
- Other items in a pair come from a sample of at most 96 of each category and split.
- Prices and stock are those of the day on which the catalogue was read.
- Photos are the shop's: whether they may be passed on is for its licence to say.
"""


def write_card(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write README.md beside the files that it describes."""
    front = _front_matter(folder, summary)
    text = _TEXT.format(
        pairs=summary["pairs"],
        items=summary["items"],
        folder=folder.name.removeprefix(".").removesuffix(".new"),
        tables="".join(_table(name, counts) for name, counts in summary["by"].items())
        + _shortfalls(summary["shortfalls"]),
    )
    (folder / CARD).write_text(f"---\n{front}---\n{text}", encoding="utf-8")


def _front_matter(folder: Path, summary: Mapping[str, Any]) -> str:
    """YAML; its values are written as JSON, which YAML is a superset of."""
    names = dict.fromkeys(name for name, _, _ in splits_of(folder))
    configs = [
        {
            "config_name": name,
            "data_files": [
                {"split": split, "path": f"{name}/{split}.parquet"}
                for own, split, _ in splits_of(folder)
                if own == name
            ],
        }
        for name in names
    ]
    fields = {
        "language": sorted(summary["by"]["language"]),
        "task_categories": [
            "text-generation",
            *(["image-text-to-text"] if PHOTOS in names else []),
        ],
        "size_categories": [next((s for n, s in _SIZES if summary["pairs"] < n), "n>1M")],
        "tags": ["fashion", "sft"],
        "configs": configs,
    }
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items())


def _table(name: str, counts: Mapping[str, int]) -> str:
    rows = "".join(f"| {value} | {count:,} |\n" for value, count in counts.items())
    return f"\n| {name} | pairs |\n| --- | --: |\n{rows}"


def _shortfalls(cells: list[dict[str, Any]]) -> str:
    if not cells:
        return "\nEvery category in every season has its equal share.\n"
    names = ("category", "season", "items", "pairs", "equal_share")
    rows = "".join(f"| {' | '.join(str(cell[n]) for n in names)} |\n" for cell in cells)
    head = "| category | season | items | pairs | equal share |\n| --- | --- | --: | --: | --: |\n"
    return f"\nThese have fewer pairs than an equal share, for want of items:\n\n{head}{rows}"
