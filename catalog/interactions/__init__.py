"""Who bought or looked at what and when, beside a catalogue."""
