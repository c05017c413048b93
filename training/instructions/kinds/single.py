"""Pairs on one item whose listing the user gives: describe, answer, search, extract."""

from training.instructions.draft import Draft
from training.instructions.kinds.scene import Scene


def describe(scene: Scene) -> Draft | None:
    """Describe the item in a few sentences."""
    stated = scene.stated(scene.item)
    if len(stated) < 2:
        return None
    extra = [r for r in (*scene.roles.texts, "brand") if scene.voice.speakable(scene.item, r)]
    draft = scene.draft()
    draft.say(draft.phrase("describe", "ask", card=scene.voice.card(scene.item)))
    first = [role for role in ("category",) if role in stated]
    rest = scene.some([role for role in stated if role not in first], 1, 4)
    told = [*first, *rest, *scene.some(extra, 0, 2)]
    draft.say(*(draft.clause(scene.item, role) for role in told))
    return draft


def question(scene: Scene) -> Draft | None:
    """Ask for one attribute that the listing has."""
    asked = [r for r in scene.voice.card_roles() if scene.voice.speakable(scene.item, r)]
    return _asked(scene, [scene.rng.choice(asked)]) if asked else None


def not_stated(scene: Scene) -> Draft | None:
    """Ask for an attribute that the listing does not have."""
    empty = _empty(scene)
    return _asked(scene, [scene.rng.choice(empty)]) if empty else None


def dialogue(scene: Scene) -> Draft | None:
    """Ask for several attributes, one turn after another; some may not be stated."""
    stated = [r for r in scene.voice.card_roles() if scene.voice.speakable(scene.item, r)]
    if len(stated) < 3:
        return None
    asked = scene.rng.sample(stated, scene.rng.randint(2, 3))
    if (empty := _empty(scene)) and scene.rng.random() < 0.4:
        asked.append(scene.rng.choice(empty))
    return _asked(scene, asked)


def _asked(scene: Scene, roles: list[str]) -> Draft:
    draft = scene.draft()
    for number, role in enumerate(roles):
        label = scene.voice.label(role)
        if number:
            draft.say(draft.phrase("question", "more", label=label))
        else:
            card = scene.voice.card(scene.item)
            draft.say(draft.phrase("question", "ask", label=label, card=card))
        draft.say(draft.clause(scene.item, role))
    return draft


def _empty(scene: Scene) -> list[str]:
    """Roles that other items of the category have, and this one has not."""
    named = [role for role in scene.roles.standard if role in scene.voice.terms.fields]
    usual = scene.partners.usual_roles(scene.split, scene.item, (*named, "brand", "price"))
    return [role for role in usual if scene.roles.is_empty(scene.item, role)]


def search_query(scene: Scene) -> Draft | None:
    """Write what a shopper would type."""
    draft = scene.draft()
    if (words := query_words(draft, scene.stated(scene.item))) is None:
        return None
    draft.say(draft.phrase("search_query", "ask", card=scene.voice.card(scene.item)))
    draft.say(words)
    return draft


def query_words(draft: Draft, roles: list[str]) -> str | None:
    """A few terms of an item, its category last."""
    others = [r for r in ("season", "colour", "material", "sleeve", "neck") if r in roles]
    if "category" not in roles or not others:
        return None
    chosen = draft.rng.sample(others, min(len(others), draft.rng.randint(1, 3)))
    told = [
        draft.told(draft.item, role, draft.voice.speakable(draft.item, role)[:1])
        for role in (*sorted(chosen, key=others.index), "category")
    ]
    return " ".join(told)


def extract(scene: Scene) -> Draft | None:
    """Give attributes as JSON that a text says in sentences."""
    stated = scene.stated(scene.item)
    if len(stated) < 2:
        return None
    draft, written = scene.draft(), scene.draft()
    told = scene.some(stated, 2, 5)
    text = " ".join(written.clause(scene.item, role) for role in told)
    empty = [r for r in _empty(scene) if r in scene.roles.standard]
    roles = [*told, *(scene.some(empty, 0, 1) if empty else [])]
    fields = ", ".join(scene.roles.standard[role] for role in roles)
    draft.say(draft.phrase("extract", "ask", fields=fields, text=text))
    draft.say(draft.as_json(scene.item, roles))
    return draft
