"""Which of the things that a name may mean is meant: the one that the record knows."""

from collections.abc import Iterable

from audit_app.naming import as_table_version
from audit_app.sources import Sources
from audit_app.subjects import OURS, Subject, by_id, exactly, ours, splits
from catalog.aspects.urns import URN
from lineage.errors import BadInput, NotFound
from lineage.graph import Level
from lineage.names import LAKE, ColumnId, DatasetId, DatasetVersion, TableVersion
from lineage.times import Instants

_LISTED = 20


def find_subject(sources: Sources, text: str, level: Level, at: Instants) -> Subject | None:
    """The thing of that id, else our own of that name, else the only one so named; None when nothing is known.

    Raises BadInput, with a name for each that means nothing else, when an id or a name is that of several things.
    """
    text, graph = text.strip(), sources.catalog.graph
    exact = graph.known((*_by_urn(sources, text, at), *by_id(text)), level=level, at=at)
    if exact:
        return _only(text, exact)
    own = graph.known(ours(text), level=level, at=at)
    if own:
        return own[0]
    return _only(text, graph.known(_anywhere(sources, text, at), level=level, at=at))


def find_version(sources: Sources, text: str, at: Instants) -> TableVersion | DatasetVersion:
    """A table's version as it is spelt, known or not; of whatever else has versions, one that the record knows.

    Raises BadInput when text names no version, or several; NotFound when it is a foreign one that is not known.
    """
    text, graph = text.strip(), sources.catalog.graph
    named_by = (*_by_urn(sources, text, at), *by_id(text))
    readings = [each for each in named_by if isinstance(each, DatasetVersion)]
    own = _as_table_version(text)
    found = _only(text, graph.known(readings, level=Level.VERSION, at=at))
    if found is None and (own is None or not graph.known(ours(text), level=Level.VERSION, at=at)):
        named = [each for each in _anywhere(sources, text, at) if isinstance(each, DatasetVersion)]
        found = _only(text, graph.known(named, level=Level.VERSION, at=at))
    if isinstance(found, DatasetVersion):
        return as_table_version(found) or found
    if own is None and readings:
        raise NotFound(
            f"the record knows no version '{text}' at these times",
            next_move="write it as NAMESPACE/NAME@VERSION, as `lakeproof lineage` prints it; or ask at a later time",
        )
    return own or TableVersion.parse(text)


def _by_urn(sources: Sources, text: str, at: Instants) -> tuple[Subject, ...]:
    """What a urn of DataHub means."""
    return sources.catalog.aspects.meant_by(text, at) if text.startswith(URN) else ()


def _as_table_version(text: str) -> TableVersion | None:
    try:
        return TableVersion.parse(text.removeprefix(f"{LAKE}/"))
    except BadInput:
        return None


def _anywhere(sources: Sources, text: str, at: Instants) -> Iterable[Subject]:
    """A plain name in whichever namespace; a foreign one perhaps with a version or a column behind it."""
    marked = [(sign, *parts) for sign in "@#" for parts in splits(text, sign)]
    found = sources.catalog.graph.called([text, *(name for _, name, _ in marked)], at)
    yield from found[text]
    for sign, name, rest in marked:
        for each in found[name]:
            if isinstance(each, DatasetId) and each.namespace not in OURS:
                yield (
                    DatasetVersion(dataset=each, version=rest)
                    if sign == "@"
                    else ColumnId(dataset=each, column=rest)
                )


def _only(text: str, known: tuple[Subject, ...]) -> Subject | None:
    if len(known) < 2:
        return known[0] if known else None
    listed = ", ".join(exactly(each) for each in known[:_LISTED])
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    raise BadInput(f"'{text}' is the name of {len(known)} things", next_move=f"ask for one of {listed}{more}")
