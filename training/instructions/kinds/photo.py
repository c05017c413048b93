"""Pairs on a photo. They speak only of what a photo shows (`visible` in terms.json)."""

from training.instructions.draft import Draft
from training.instructions.kinds.scene import Scene
from training.instructions.kinds.single import query_words


def photo_describe(scene: Scene) -> Draft | None:
    """Describe what the photo shows."""
    roles = _visible(scene)
    if len(roles) < 2:
        return None
    draft = scene.draft()
    draft.say(draft.phrase("photo_describe", "ask"))
    draft.say(*(draft.clause(scene.item, role) for role in scene.some(roles, 2, 4)))
    return draft


def photo_question(scene: Scene) -> Draft | None:
    """Ask for one attribute."""
    if not (roles := _visible(scene)):
        return None
    draft, role = scene.draft(), scene.rng.choice(roles)
    draft.say(draft.phrase("photo_question", "ask", label=scene.voice.label(role)))
    draft.say(draft.clause(scene.item, role))
    if len(roles) > 1 and scene.rng.random() < 0.4:
        more = scene.rng.choice([other for other in roles if other != role])
        draft.say(draft.phrase("photo_question", "more", label=scene.voice.label(more)))
        draft.say(draft.clause(scene.item, more))
    return draft


def photo_query(scene: Scene) -> Draft | None:
    """Write a search query from the photo."""
    draft = scene.draft()
    if (words := query_words(draft, _visible(scene))) is None:
        return None
    draft.say(draft.phrase("photo_query", "ask"))
    draft.say(words)
    return draft


def photo_extract(scene: Scene) -> Draft | None:
    """Give attributes as JSON."""
    roles = _visible(scene)
    if len(roles) < 2:
        return None
    draft, chosen = scene.draft(), scene.some(roles, 2, 5)
    fields = ", ".join(scene.roles.standard[role] for role in chosen)
    draft.say(draft.phrase("photo_extract", "ask", fields=fields))
    draft.say(draft.as_json(scene.item, chosen))
    return draft


def _visible(scene: Scene) -> list[str]:
    return [role for role in scene.stated(scene.item) if role in scene.voice.terms.visible]
