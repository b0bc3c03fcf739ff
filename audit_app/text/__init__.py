"""Answers as lines of text for a terminal, readable by an auditor. Pure."""

from .impact_lines import impact
from .lineage_lines import lineage
from .passport_lines import passport

__all__ = ["impact", "lineage", "passport"]
