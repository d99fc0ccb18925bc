"""Which known text does this line match: FAQ entries, questions asked before, questions that a line answers. Pure."""
