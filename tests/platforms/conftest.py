"""Lets the platforms' tests import the servers that stand for the platforms (`servers.*`), and take their time on a busy machine."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parents[1]))

settings.register_profile("platforms", deadline=None)  # what is asked is whether parsing ever raises, not how long one call takes
settings.load_profile("platforms")
