"""Answers as lines of text for a terminal, readable by an auditor. Pure."""

from .impact_lines import impact
from .passport_lines import passport

__all__ = ["impact", "passport"]
