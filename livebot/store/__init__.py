"""The store: what livebot keeps on disk. `store.Store` is its face; `faq_files` reads and writes FAQ files."""
