"""The run: a pass over the items counts, one over the pairs takes over, one more writes new ones.

What is kept in memory does not grow with the pairs' texts: a bounded sample of partners, 8 bytes
and their place in a set for each pair, an id and a digest for each item.
"""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from catalog.bundle import move_into_place
from catalog.objects import ObjectStore
from catalog.schema import Schema
from catalog.table import SCHEMA
from training.atomic import write_json
from training.instructions.card import write_card
from training.instructions.check.run import check_folder
from training.instructions.config import NO_IMAGES, GenerateConfig
from training.instructions.documents import InstructionsError, digest
from training.instructions.folder import STATE, SUMMARY, PairFiles, write_state
from training.instructions.pair import Pair, likeness
from training.instructions.photos import PhotoSource
from training.instructions.phrases import load_phrases
from training.instructions.previous import Previous, find_previous
from training.instructions.quotas import Allotment, fair_shares
from training.instructions.roles import find_roles, usable_rules
from training.instructions.rules import load_rules
from training.instructions.survey import Cell, Survey, placed_items, take_survey
from training.instructions.terms import load_terms
from training.instructions.voice import voices
from training.instructions.writer import Writer

FORMAT = 1
"""Raised when the same settings would give other pairs."""
_COUNTED = ("kind", "language", "category", "season")


class Generation:
    """One run."""

    def __init__(self, config: GenerateConfig, objects: ObjectStore | None = None) -> None:
        """Read rules, terms, phrases and schema.

        Raises:
            InstructionsError, CatalogueError, SchemaError: one of them cannot be used.
        """
        self._config = config
        self._table, self._terms = load_rules(config.rules), load_terms()
        self._phrases = load_phrases()
        self._schema = Schema.load(config.items / SCHEMA)
        self._roles = find_roles(self._schema, self._table, self._terms.silent)
        self._rules = usable_rules(self._table, self._roles, self._schema)
        if config.images != NO_IMAGES and objects is None:
            raise InstructionsError("images: photos lie in an object store; give its --objects")
        self._photos = PhotoSource(objects, config.images) if objects else None
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in (*_COUNTED, "split")}
        self._num_kept = 0

    def run(self) -> dict[str, Any]:
        """Make the folder, whole or not at all; returns its summary.

        Raises:
            InstructionsError: there are no items, no photos though they are asked for, or what is
                in the folder was made with other settings.
        """
        out = self._config.out
        previous = Previous()
        if not self._config.fresh:
            previous = find_previous(out, self._settings(), renew=self._config.renew)
        categories = self._schema.standard.get(self._roles.standard.get("category", ""), ())
        survey = take_survey(self._config, self._roles, len(categories), previous)
        beside = out.with_name(f".{out.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        try:
            summary = self._write(beside, previous, survey)
            self._check(beside)
            move_into_place(beside, out)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return summary

    def _check(self, beside: Path) -> None:
        if not self._config.check:
            return
        report = check_folder(beside, self._config.items, self._config.rules)
        if report.num_findings:
            first = "; ".join(map(str, report.findings[:3]))
            raise InstructionsError(
                f"{report.num_findings:,} of the claims in {report.num_pairs:,} pairs are not held "
                f"by their items, nothing was written: {first}; correct the rules, terms or phrases"
            )

    def _write(self, beside: Path, previous: Previous, survey: Survey) -> dict[str, Any]:
        writer = Writer(
            seed=self._config.seed,
            voices=voices(self._terms, self._phrases, self._roles),
            rules=self._rules,
            share=self._table.share,
            partners=survey.partners,
            photos=self._photos,
        )
        files = PairFiles(beside)
        kept, reopened = self._keep(previous, survey, writer, files)
        allotments = self._allot(survey, kept)
        for item, split, cell in placed_items(self._config, self._roles):
            number = survey.digests.get(item.item_id)
            stays = previous.has(item.item_id, number) and item.item_id not in reopened
            if number is None or stays:
                continue
            wanted = allotments[cell].next()
            for pair, photo in writer.pairs_on(item, split, cell, number, wanted):
                files.write(pair, split, photo)
                self._count(pair, split)
                allotments[cell].made += 1
        files.close()
        summary = self._summary(survey, writer, kept, allotments)
        write_state(beside / STATE, survey.digests)
        write_json(beside / SUMMARY, summary)
        write_card(beside, summary)
        return summary

    def _keep(
        self, previous: Previous, survey: Survey, writer: Writer, files: PairFiles
    ) -> tuple[Counter[Cell], set[str]]:
        """Take over pairs all of whose items are as they were; also the items that lost some."""
        kept: Counter[Cell] = Counter()
        reopened: set[str] = set()
        for pair, photo, split in previous.pairs():
            subject, cell = pair["item_ids"][0], (pair["category"], pair["season"])
            if all(previous.has(i, survey.digests.get(i)) for i in pair["item_ids"]):
                writer.alike.add(likeness(pair))
                files.write(pair, split, photo)
                self._count(pair, split)
                kept[cell] += 1
            elif previous.has(subject, survey.digests.get(subject)) and subject not in reopened:
                reopened.add(subject)
                survey.open_items[cell] += 1
        return kept, reopened

    def _allot(self, survey: Survey, kept: Counter[Cell]) -> dict[Cell, Allotment]:
        most = self._config.max_per_item
        wanted = self._config.pairs or 2 * len(survey.digests)
        cells = sorted(survey.items)
        shares = fair_shares(wanted, {cell: survey.items[cell] * most for cell in cells})
        return {
            cell: Allotment(max(0, shares[cell] - kept[cell]), survey.open_items[cell], most)
            for cell in cells
        }

    def _count(self, pair: Pair, split: str) -> None:
        for name in _COUNTED:
            self._counts[name][pair[name]] += 1
        self._counts["split"][split] += 1

    def _settings(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "documents": digest([self._table.document, self._terms.document, self._phrases]),
            "roles": {**self._roles.standard, **self._roles.texts},
            "seed": self._config.seed,
            "images": self._config.images,
            "shares": dict(self._config.shares),
            "max_per_item": self._config.max_per_item,
        }

    def _summary(
        self,
        survey: Survey,
        writer: Writer,
        kept: Counter[Cell],
        allotments: dict[Cell, Allotment],
    ) -> dict[str, Any]:
        made = sum(self._counts["split"].values())
        if not made:
            raise InstructionsError(
                f"{self._config.items}: no pair could be made; its items hold no field that a role "
                "of the rules table names"
            )
        usable = {rule.rule_id for rule in self._rules}
        return {
            "settings": self._settings(),
            "items": len(survey.digests),
            "items_left_out": survey.num_left_out,
            "pairs": made,
            "kept": sum(kept.values()),
            "new": made - sum(kept.values()),
            "given_up_as_alike": writer.num_alike,
            "photos_missing": self._photos.num_missing if self._photos else 0,
            "rules_unused": [name for name in self._table.rules if name not in usable],
            "by": {name: dict(sorted(c.items())) for name, c in self._counts.items()},
            "shortfalls": _shortfalls(survey, kept, allotments, self._config),
        }


def _shortfalls(
    survey: Survey, kept: Counter[Cell], allotments: dict[Cell, Allotment], config: GenerateConfig
) -> list[dict[str, Any]]:
    """Cells that have fewer pairs than an equal share of all would be."""
    wanted = config.pairs or 2 * len(survey.digests)
    equal = wanted // len(allotments)
    short = []
    for (category, season), allotment in allotments.items():
        pairs = kept[category, season] + allotment.made
        if pairs < equal:
            cell = {"category": category, "season": season, "pairs": pairs, "equal_share": equal}
            short.append({**cell, "items": survey.items[category, season]})
    return short
