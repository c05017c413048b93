"""The catalogue: what an item is, how it is read, checked and turned into integers."""
