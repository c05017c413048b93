"""How deep JSON may be nested, so that whatever walks it may do so by recursion."""

MAX_LEVELS = 64
"""Lists and objects within each other, at most; items need five."""

DEEP = f"nested more than {MAX_LEVELS} levels deep"


def is_too_deep(value: object, levels: int = MAX_LEVELS) -> bool:
    """Whether lists and objects lie more than `levels` deep within each other."""
    layer = [value]
    for _ in range(levels + 1):
        layer = [
            entry
            for one in layer
            if isinstance(one, list | dict)
            for entry in (one.values() if isinstance(one, dict) else one)
            if isinstance(entry, list | dict)
        ]
        if not layer:
            return False
    return True


def deep_fault(record: dict[str, object]) -> str:
    """The fault of a record with a value that is nested too deep, by name; empty if none is."""
    for name, value in record.items():
        if is_too_deep(value):
            return f"{DEEP} (under {name[:100]!r}); write texts, or lists of texts"
    return ""
