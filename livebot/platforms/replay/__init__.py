"""Reading recorded shows: livebot's own logs, other tools' chat files, and caption files."""

from livebot.platforms.replay.files import Problem, merge, read_log

__all__ = ["Problem", "merge", "read_log"]
