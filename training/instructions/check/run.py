"""Goes through a folder of pairs, a block at a time, with the items that each block names."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from catalog.schema import Schema
from catalog.table import ITEMS, SCHEMA, read_items
from training.instructions.check.frames import answer_frames, frame_words, terms_in_frames
from training.instructions.check.holdings import Holdings, holdings_of
from training.instructions.check.scan import Scanner
from training.instructions.check.verify import Finding, Verifier
from training.instructions.check.vocabulary import read_vocabulary
from training.instructions.documents import InstructionsError
from training.instructions.folder import read_pairs, splits_of
from training.instructions.pair import Pair, likeness
from training.instructions.phrases import load_phrases
from training.instructions.roles import find_roles
from training.instructions.rules import load_rules
from training.instructions.terms import load_terms

BLOCK_PAIRS = 50_000
MAX_FINDINGS = 1_000


@dataclass(kw_only=True)
class Report:
    """What was found."""

    num_pairs: int = 0
    num_findings: int = 0
    findings: list[Finding] = field(default_factory=list)
    """The first of them."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Pairs of each kind that were checked."""
    ambiguous: tuple[str, ...] = ()
    """Terms that frames use as plain words, so that claims by them are not looked up."""

    def add(self, finding: Finding) -> None:
        """Count a finding."""
        self.num_findings += 1
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(finding)


def make_verifier(items: Path, rules: Path | None = None) -> Verifier:
    """A verifier for the schema of an items folder.

    Raises:
        InstructionsError, SchemaError: a file cannot be used.
    """
    table, terms = load_rules(rules), load_terms()
    schema = Schema.load(items / SCHEMA)
    roles = find_roles(schema, table, terms.silent)
    vocabulary, frames = read_vocabulary(schema, terms, roles, table), answer_frames(load_phrases())
    ambiguous = terms_in_frames(frames, Scanner(vocabulary))
    scanner = Scanner(vocabulary.without(ambiguous))
    return Verifier(
        scanner=scanner,
        roles=roles,
        table=table,
        fields=frozenset(schema.standard),
        words=frame_words(frames, scanner),
        ambiguous=tuple(sorted(ambiguous)),
    )


def check_folder(pairs: Path, items: Path, rules: Path | None = None) -> Report:
    """Check every pair of a folder against the items.

    Besides the claims: no two pairs are alike, and no variant group is in two splits.

    Raises:
        InstructionsError, CatalogueError, SchemaError: a file cannot be read, or there is none.
    """
    verifier = make_verifier(items, rules)
    report = Report(ambiguous=verifier.ambiguous)
    alike: set[int] = set()
    splits: dict[str, str] = {}
    source = _all_pairs(pairs)
    while block := list(islice(source, BLOCK_PAIRS)):
        held = holdings(items, (i for pair, _ in block for i in pair["item_ids"]))
        verifier.good_cards.clear()
        for pair, split in block:
            report.num_pairs += 1
            report.kinds[pair["kind"]] += 1
            for finding in verifier.verify(pair, held):
                report.add(finding)
            for claim, reason in _placed(pair, split, held, splits, alike):
                report.add(Finding(pair_id=pair["pair_id"], claim=claim, reason=reason))
    if not report.num_pairs:
        raise InstructionsError(f"{pairs}: expected text/*.parquet or photos/*.parquet, got none")
    return report


def holdings(items: Path, wanted: Iterable[str]) -> dict[str, Holdings]:
    """What the wanted items of a folder hold."""
    names = set(wanted)
    return {
        item.item_id: holdings_of(item)
        for item in read_items(items / ITEMS)
        if item.item_id in names
    }


def _all_pairs(folder: Path) -> Iterator[tuple[Pair, str]]:
    for _, split, path in splits_of(folder):
        for pair, _ in read_pairs(path):
            yield pair, split


def _placed(
    pair: Pair, split: str, held: dict[str, Holdings], splits: dict[str, str], alike: set[int]
) -> Iterator[tuple[str, str]]:
    seen = likeness(pair)
    if seen in alike:
        yield pair["pair_id"], "like a pair before it"
    alike.add(seen)
    for item_id in pair["item_ids"]:
        group = held[item_id].item.variant_group if item_id in held else None
        other = splits.setdefault(group or item_id, split)
        if other != split:
            yield group or item_id, f"in {split} as well as in {other}"
