"""SQLite on one thread; the only place that imports sqlite3."""
