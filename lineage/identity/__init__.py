"""Which spellings are one dataset: the naming rules as data, names in their one form, aliases joined. Pure."""

from lineage.identity.groups import best_name, grouped
from lineage.identity.names import canonical, canonical_column, is_table
from lineage.identity.reading import compiled, merged, packaged
from lineage.identity.rules import Case, Platform, Rename, Rules, Shape

__all__ = [
    "Case",
    "Platform",
    "Rename",
    "Rules",
    "Shape",
    "best_name",
    "canonical",
    "canonical_column",
    "compiled",
    "grouped",
    "is_table",
    "merged",
    "packaged",
]
