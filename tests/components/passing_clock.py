"""A clock whose time passes in pauses alone: waits of hours take no time, and always the same."""

from components.clock import Clock


def passing_clock() -> Clock:
    """A clock at 0; each pause lets its time pass at once."""
    seconds = 0.0

    def pause(length: float) -> None:
        nonlocal seconds
        seconds += length

    return Clock(now=lambda: seconds, pause=pause)
