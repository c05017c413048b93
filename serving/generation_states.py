"""Which state a generation may go to from which: pure rules, no database.

    building -> staged -> published -> indexed -> retired
        |         |           |           |          |
        +---------+-----------+-----------+          +-> staged (its bundle is still there)
                          v
                       refused (for good: the same fingerprint is refused again)

`building`: an id, nothing more. `staged`: its bundle lies in the object store. `published`: its
running Triton was compared with PyTorch. `indexed`: its vector table is complete. The generation in
use and the one before it are `indexed`; neither can be retired or refused.
"""

from collections.abc import Mapping

from serving.errors import Conflict, InvalidRequest

FORWARD = ("building", "staged", "published", "indexed")
STATES = (*FORWARD, "retired", "refused")
NEXT: Mapping[str, tuple[str, ...]] = {
    "building": ("staged", "refused"),
    "staged": ("published", "refused"),
    "published": ("indexed", "refused"),
    "indexed": ("retired", "refused"),
    "retired": ("staged",),
    "refused": (),
}


def check_wanted(state: str, reason: str | None) -> None:
    """Refuse a state there is none of, and a refusal without a reason.

    Raises:
        InvalidRequest: names `state` or `reason`.
    """
    if state not in STATES:
        raise InvalidRequest(
            f"state: expected one of {', '.join(STATES)}, got {state!r}",
            field="state",
            got=state,
            allowed=list(STATES),
        )
    if state == "refused" and not reason:
        raise InvalidRequest("reason: expected why it is refused, got nothing", field="reason")


def check_transition(generation: str, now: str, wanted: str) -> None:
    """Refuse a step that is not drawn above.

    Raises:
        Conflict: names the generation, its state and the states it can go to.
    """
    if wanted not in NEXT[now]:
        ways = " or ".join(NEXT[now]) or "nothing else, for good"
        raise Conflict(f"{generation} is {now}: expected to become {ways}, got {wanted}")


def is_past(now: str, wanted: str) -> bool:
    """Whether a generation in state `now` went through `wanted` already: the step was run again."""
    return now in FORWARD and wanted in FORWARD and FORWARD.index(now) > FORWARD.index(wanted)
