"""The commands of `python -m catalog`, one a file."""
