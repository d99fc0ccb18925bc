"""What the host says, and what is on air: live captions, speech recognition, OBS, the rundown. Must not know the store or the pages."""
