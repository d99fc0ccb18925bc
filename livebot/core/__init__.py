"""The pure core: it decides. No clock, no I/O, no randomness, no logging; time comes in as an argument."""
