"""Reading lines: folding, kinds, cues, topics, numbers, and the wordings of what livebot says. Pure; one module a language."""
