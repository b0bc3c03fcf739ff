"""The databases that a catalog may lie in: a SQLite file in the home, or PostgreSQL."""
