"""Readers: from a catalogue's file to its rows, chosen by what the file holds, not by its name."""
