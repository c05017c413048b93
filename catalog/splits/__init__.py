"""Splits of a catalogue that keep what is nearly the same on one side."""
