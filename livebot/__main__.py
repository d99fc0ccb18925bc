"""`python -m livebot` is the same as `livebot`."""

from livebot.cli import main

main()
