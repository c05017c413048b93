"""A stand-in for `python -m catalog validate`: a file that holds "unusable" is no catalogue."""

import sys
from pathlib import Path

if "unusable" in Path(sys.argv[1]).read_text():
    sys.exit("error: line 1: expected a catalogue, got 'unusable'")
