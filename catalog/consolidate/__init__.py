"""Duplicates merged and variants grouped, once all items of a catalogue are written."""
