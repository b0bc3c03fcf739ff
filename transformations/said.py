"""dbt's and Spark's error texts, cut to the sentence that helps. Pure."""

import re

_CODED = re.compile(r"\[[A-Z][A-Z0-9_.]+\][^\n]*")
_CAUSE = re.compile(r"(?:Exception|Error): ([^\n]+)")

_HEADING = re.compile(r"[A-Z]\w+ Error( in .*\))?")


def said(message: str) -> str:
    """The first line with an error class of Spark; else the cause; else the first line. At most 400 long."""
    coded = _CODED.search(message)
    if coded is not None:
        text = coded[0]
    else:
        lines = [line.strip() for line in message.splitlines() if line.strip()]
        cause = _CAUSE.search(message)
        if lines and lines[0].startswith("An error occurred while calling") and cause is not None:
            text = cause[1]
        elif len(lines) > 1 and _HEADING.fullmatch(lines[0]):
            text = f"{lines[0]}: {lines[1]}"
        else:
            text = lines[0] if lines else ""
    return text.strip()[:400]
