"""Answers as lines of text for a terminal, readable by an auditor. Pure."""

from .impact_lines import impact

__all__ = ["impact"]
