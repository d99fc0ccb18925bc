"""Scoring livebot on labelled data: whole shows, questions, FAQ, links, duplicates. Works on plain rows; knows no files."""
