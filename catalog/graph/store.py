"""Write what events state into the graph, in the transaction that logs them."""

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import delete
from sqlalchemy.orm import Session

from catalog.base import Base
from catalog.graph.group import Group, Recorded
from catalog.graph.identities import Identities
from catalog.graph.project import project
from catalog.identity.joining import join
from catalog.identity.rules import rules_at
from lineage.openlineage import ParsedEvent

#: Events with the entries that hold them, in the log's order.
Batch: TypeAlias = Sequence[tuple[ParsedEvent, Recorded]]


def apply(session: Session, batch: Batch) -> None:
    """Write what the events of batch state, each as known from its entry on: as if applied one by one.

    The same rules of names hold for all of them. Stating it again changes nothing.
    """
    if not batch:
        return
    connection = session.connection()
    rules = rules_at(session, batch[0][1].seq)
    stated = [(project(event, rules), entry) for event, entry in batch]
    names = Identities()
    for facts, entry in stated:
        names.need(facts, entry.seq)
    new_sets = names.resolve(connection)
    group = Group(names)
    for fact in new_sets:
        group.add_set(fact)
    for facts, entry in stated:
        group.add(facts, entry)
    group.write(connection)
    number = names.datasets
    links = ((entry.seq, link) for facts, entry in stated for link in facts.symlinks)
    join(session, [(seq, number[link.dataset], number[link.other]) for seq, link in links])


def clear(session: Session) -> None:
    """Empty every table of the graph; the log can fill them again."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name.startswith("graph_"):
            session.execute(delete(table))
