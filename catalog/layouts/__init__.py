"""Layouts of public data sets: which columns or keys they have, and what each is of an item."""
