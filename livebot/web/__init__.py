"""The pages and their server: one origin for desk, overlay, API, live socket and bridge. What runs the show implements `live.Live`."""
