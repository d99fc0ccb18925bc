"""livebot: finds the questions a live-commerce host missed and gets each an answer from the best person who has one."""

__version__ = "0.1.0"
