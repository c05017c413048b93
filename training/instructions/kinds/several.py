"""Pairs on several items: compare, choose for a season or an occasion, make an outfit, refine."""

import math
from collections.abc import Callable

from catalog.item import Item
from training.instructions.draft import Draft
from training.instructions.kinds.scene import Scene
from training.instructions.money import currency_of, price_of
from training.instructions.rules import HARMONY, OCCASION, PAIRING, SEASON, Rule
from training.instructions.voice import mention


def compare(scene: Scene) -> Draft | None:
    """Say in what two items of a category are the same and in what they differ."""
    other = _beside(scene, 1, lambda item: True)
    if not other:
        return None
    draft, second = scene.draft(*other), other[0]
    both = [r for r in scene.stated(scene.item) if scene.voice.speakable(second, r)]
    if len(both) < 2:
        return None
    cards = {"card": scene.voice.card(scene.item), "other": scene.voice.card(second)}
    draft.say(draft.phrase("compare", "ask", **cards))
    said = [_compared(draft, role) for role in scene.some(both, 2, 4)]
    draft.say(*said, *_cheaper(scene, draft))
    return draft


def _compared(draft: Draft, role: str) -> str:
    first, second = draft.items
    mine, theirs = draft.voice.speakable(first, role), draft.voice.speakable(second, role)
    slots = {"label": draft.voice.label(role), "a": mention(first), "b": mention(second)}
    slots |= {"v": draft.told(first, role, mine), "w": draft.told(second, role, theirs)}
    return draft.phrase("compare", "same" if mine == theirs else "differ", **slots)


def _cheaper(scene: Scene, draft: Draft) -> list[str]:
    first, second = sorted(draft.items, key=_price)
    if currency_of(first) != currency_of(second) or not 0 < _price(first) < _price(second) < float(
        "inf"
    ):
        return []
    slots = {"a": mention(first), "b": mention(second)}
    slots["v"] = draft.told(first, "price", scene.voice.speakable(first, "price"))
    slots["w"] = draft.told(second, "price", scene.voice.speakable(second, "price"))
    return [draft.phrase("compare", "cheaper", **slots)]


def _price(item: Item) -> float:
    price = price_of(item)
    return math.inf if price is None else price


def for_season(scene: Scene) -> Draft | None:
    """Choose the one item of several that is meant for a season."""
    seasons = scene.roles.values(scene.item, "season")
    if not seasons:
        return None
    wanted = scene.rng.choice(seasons)

    def is_of_another(item: Item) -> bool:
        held = scene.roles.values(item, "season")
        return bool(held) and wanted not in held

    others = _beside(scene, scene.rng.randint(1, 3), is_of_another)
    if not others:
        return None
    draft = scene.draft(*others)
    asked = {"v": scene.voice.term("season", wanted), "cards": _cards(scene, draft)}
    draft.say(draft.phrase("season", "ask", **asked))
    rules = [r for r in _rules(scene, SEASON) if wanted in r.when.get("season", ())]
    reasons = _reasons(draft, rules, told=["season"])
    draft.say(draft.phrase("season", "answer", a=mention(scene.item)), *reasons)
    return draft


def for_occasion(scene: Scene) -> Draft | None:
    """Choose the one item of several that a rule finds fit for an occasion."""
    if not (fitting := _rules(scene, OCCASION)):
        return None
    rule = scene.rng.choice(fitting)
    alike = [r for r in scene.rules if r.kind == OCCASION and r.name == rule.name]
    others = _beside(
        scene,
        scene.rng.randint(1, 3),
        lambda item: not any(scene.roles.holds(item, r.fits) for r in alike),
        everywhere=True,
    )
    if not others:
        return None
    draft = scene.draft(*others)
    name = rule.name[scene.voice.language]
    draft.say(draft.phrase("occasion", "ask", v=name, cards=_cards(scene, draft)))
    reasons = _reasons(draft, [rule], told=[])
    draft.say(draft.phrase("occasion", "answer", a=mention(scene.item), v=name), *reasons)
    return draft


def outfit(scene: Scene) -> Draft | None:
    """Add to the item one of those found that goes with it by the rules, and say why."""
    pairing = [r for r in scene.rules if r.kind == PAIRING]
    pairing = [r for r in pairing if scene.roles.holds(scene.item, r.when)]
    if not pairing:
        return None
    rule = scene.rng.choice(pairing)
    categories = sorted(rule.fits.get("category", ()))

    def fits(item: Item) -> bool:
        return scene.roles.holds(item, rule.fits) and scene.compatible(item)

    def goes_not(item: Item) -> bool:
        goes = any(scene.roles.holds(item, r.fits) for r in pairing)
        return not (goes and scene.compatible(item))

    found = _drawn(scene, categories, 1, fits)
    if not found:
        return None
    own = scene.roles.values(scene.item, "category")
    others = _drawn(scene, [*categories, *own], scene.rng.randint(1, 3), goes_not, found)
    draft, chosen = scene.draft(*found, *others), found[0]
    cards = scene.voice.cards(scene.shuffled([chosen, *others]))
    draft.say(draft.phrase("outfit", "ask", card=scene.voice.card(scene.item), cards=cards))
    harmony = [
        r
        for r in scene.rules
        if r.kind == HARMONY
        and scene.roles.holds(scene.item, r.when)
        and scene.roles.holds(chosen, r.fits)
    ]
    told = [r for r in ("category", "colour") if scene.voice.speakable(chosen, r)]
    reasons = [draft.clause(chosen, role) for role in told]
    reasons += [draft.statement(r) for r in (rule, *harmony[:1])]
    answer = draft.phrase("outfit", "answer", a=mention(scene.item), b=mention(chosen))
    draft.say(answer, *reasons)
    return draft


def refine(scene: Scene) -> Draft | None:
    """Narrow several items down, turn by turn: by category, by colour, then the price."""
    category = scene.roles.values(scene.item, "category")[:1]
    colours = scene.roles.values(scene.item, "colour")
    if not category or not colours:
        return None
    wanted = scene.rng.choice(colours)

    def has_another_colour(item: Item) -> bool:
        held = scene.roles.values(item, "colour")
        return bool(held) and wanted not in held

    alike = _beside(scene, scene.rng.randint(1, 2), has_another_colour)
    elsewhere = [c for c in scene.partners.categories(scene.split) if c != category[0]]
    others = _drawn(scene, elsewhere, 1, lambda item: True, alike)
    if not alike or not others:
        return None
    draft = scene.draft(*alike, *others)
    term = scene.voice.term("category", category[0])
    draft.say(draft.phrase("refine", "ask", v=term, cards=_cards(scene, draft)))
    for item in (scene.item, *alike):
        draft.told(item, "category", category)
    listed = draft.mentions([scene.item, *alike])
    draft.say(draft.phrase("refine", "answer", v=term, a=listed))
    draft.say(draft.phrase("refine", "narrow", v=scene.voice.term("colour", wanted)))
    then = draft.phrase("refine", "then", a=mention(scene.item))
    draft.say(then, draft.clause(scene.item, "colour"))
    roles = scene.roles
    can_tell = roles.values(scene.item, "price") or roles.is_empty(scene.item, "price")
    if scene.rng.random() < 0.5 and can_tell:
        draft.say(draft.phrase("refine", "price"))
        draft.say(draft.clause(scene.item, "price"))
    return draft


def _rules(scene: Scene, kind: str) -> list[Rule]:
    """Rules of one kind that the item fits."""
    return [r for r in scene.rules if r.kind == kind and scene.roles.holds(scene.item, r.fits)]


def _reasons(draft: Draft, rules: list[Rule], *, told: list[str]) -> list[str]:
    """Sentences on the item, and what one of the rules says of such items."""
    rule = draft.rng.choice(rules) if rules else None
    roles = [*told, *(rule.fits if rule else ())]
    sentences = [draft.clause(draft.item, role) for role in dict.fromkeys(roles)]
    return [*sentences, draft.statement(rule)] if rule else sentences


def _cards(scene: Scene, draft: Draft) -> str:
    return scene.voice.cards(scene.shuffled(draft.items))


def _beside(
    scene: Scene, wanted: int, suits: Callable[[Item], bool], *, everywhere: bool = False
) -> list[Item]:
    """Other items of the item's category, or of any where there are too few and that will do."""
    own = list(scene.roles.values(scene.item, "category")[:1])
    found = _drawn(scene, own, wanted, suits)
    if everywhere and not found:
        found = _drawn(scene, scene.partners.categories(scene.split), wanted, suits)
    return found


def _drawn(
    scene: Scene,
    categories: list[str],
    wanted: int,
    suits: Callable[[Item], bool],
    beside: list[Item] | None = None,
) -> list[Item]:
    return scene.partners.draw(
        scene.rng,
        scene.split,
        dict.fromkeys(categories),
        wanted,
        beside=[scene.item, *(beside or [])],
        suits=suits,
    )
