"""OpenLineage events on the way in: bytes to frozen values, or every fault with its path. Pure."""

from lineage.openlineage.event import EventDataset, EventKind, EventType, ParsedEvent, Sequence
from lineage.openlineage.faults import Fault, InvalidEvent
from lineage.openlineage.parse import parse_event

__all__ = [
    "EventDataset",
    "EventKind",
    "EventType",
    "Fault",
    "InvalidEvent",
    "ParsedEvent",
    "Sequence",
    "parse_event",
]
