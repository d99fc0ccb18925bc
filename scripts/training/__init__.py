"""How livebot's models are made: `scripts/train` runs it. Needs the `dev` and `semantic` extras."""
