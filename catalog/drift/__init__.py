"""How a snapshot of a catalogue differs from the one before."""
