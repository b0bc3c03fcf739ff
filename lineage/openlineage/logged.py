"""Read again an event that was accepted once, when the rules may have been fewer. Pure."""

from typing import Any

from lineage.openlineage.event import ParsedEvent
from lineage.openlineage.faults import InvalidEvent
from lineage.openlineage.parse import parse_checked
from lineage.openlineage.strict_json import loads
from lineage.openlineage.validate import faults_of, faulty_facets


def parse_logged(body: bytes) -> ParsedEvent | None:
    """The event in body, as far as today's rules understand it: what is in the log stays in the graph.

    A facet that they forbid says nothing. None where they forbid the event itself.
    """
    try:
        event = loads(body)
        if isinstance(event, dict):
            for path in faulty_facets(event):
                _drop(event, path)
        return None if faults_of(event) else parse_checked(event)
    except InvalidEvent:
        return None


def _drop(event: Any, path: tuple[str | int, ...]) -> None:
    holder = event
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
