"""Lets the platforms' tests import the servers that stand for the platforms (`servers.*`)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
