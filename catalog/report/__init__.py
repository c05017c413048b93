"""What a catalogue is like: a page for people and the same as JSON (`python -m catalog report`)."""
