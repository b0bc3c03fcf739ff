"""The record: the evidence log with its Merkle tree, and all that is projected from it.

`catalog.catalog.Catalog` opens it; `catalog.routes` serves it. Only this room imports SQLAlchemy.
"""
