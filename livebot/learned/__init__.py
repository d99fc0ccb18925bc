"""What was trained: small models' inference and their files. Pure; `scripts/train` fits and writes them.

Beneath `lang` and `matching`, which say what the features mean; must not know either.
"""
