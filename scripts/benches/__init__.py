"""What `scripts/bench` measures. Needs the `dev` extra."""
