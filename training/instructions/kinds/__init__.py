"""The kinds of pairs. Each is a function that writes a draft, or gives None where it cannot."""
