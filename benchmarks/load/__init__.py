"""Many clients at once, reads and writes mixed, and a generation switched in the middle of it."""
