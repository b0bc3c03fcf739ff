"""Alembic's migrations of catalog.db; `catalog.schema` runs them."""
