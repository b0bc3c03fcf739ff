"""The passport as a graph: landing file to prediction, training set to model. Pure.

Only what this prediction stands on, not all that the same tables carry.
"""

from collections.abc import Iterator

from audit_app.behind.filed import Filed
from audit_app.behind.served import Served
from audit_app.behind.way import Way, known
from audit_app.naming import spoken
from catalog.graph.records import RunRecord
from lineage.certainty import Certainty
from lineage.graph import Edge, Graph, Node, NodeKind, kind_of
from lineage.names import DatasetVersion, TableVersion

CARRIES = "CARRIES"


def picture(filed: Filed, served: Served, way: Way) -> Graph:
    """Nodes as in the record's graph, so that a click on one asks the record about it."""
    edges = [*_way(way), *_training(served), *_serving(served), *_filing(filed, way)]
    nodes = {node.id: node for pair in edges for node in pair[:2]}
    ordered = sorted({(edge.source, edge.target, edge.transformation): edge for _, _, edge in edges}.items())
    return Graph(nodes=tuple(sorted(nodes.values())), edges=tuple(edge for _, edge in ordered))


_Link = tuple[Node, Node, Edge]


def _way(way: Way) -> Iterator[_Link]:
    for hop in way.hops:
        first, read = _version(_at(hop.written)), _version(_at(hop.read))
        if hop.run is not None:
            yield _link(_run(hop.run), first, known(hop), run=hop.run)
        if hop.written != hop.read:
            yield _link(first, read, hop.certainty, transformation=CARRIES)
    by_written = {hop.run.id: hop for hop in way.hops if hop.run is not None}
    for hop in way.hops:
        for reader in by_written.values():
            if reader.run is not None and any(each.at == _at(hop.read) for each in reader.run.inputs):
                yield _link(_version(_at(hop.read)), _run(reader.run), hop.certainty, run=reader.run)
    for file in way.files:
        yield _link(_version(file.dataset), _run(file.load), Certainty.DECLARED, run=file.load)


def _training(served: Served) -> Iterator[_Link]:
    if served.training is None or served.model is None:
        return
    for each in served.learnt:
        yield _link(_version(_at(each.version)), _run(served.training), each.certainty, run=served.training)
    yield _link(
        _run(served.training), _version(served.model.dataset), Certainty.DECLARED, run=served.training
    )


def _serving(served: Served) -> Iterator[_Link]:
    if served.deploy_run is None or served.model is None or served.deployment is None:
        return
    run = served.deploy_run
    yield _link(_version(served.model.dataset), _run(run), Certainty.DECLARED, run=run)
    yield _link(_run(run), _version(served.deployment.dataset), Certainty.DECLARED, run=run)


def _filing(filed: Filed, way: Way) -> Iterator[_Link]:
    run = filed.batch
    if run is None:
        return
    sources = {_at(hop.read) for hop in way.hops[:1]}
    for each in run.inputs:
        if each.at is not None and (each.dataset.table is None or each.at in sources or not sources):
            yield _link(_version(each.at), _run(run), each.certainty, run=run)
    for each in run.outputs:
        if each.at is not None:
            yield _link(_run(run), _version(each.at), each.certainty, run=run)


def _at(version: TableVersion) -> DatasetVersion:
    return DatasetVersion(dataset=version.table.dataset, version=str(version.version))


def _version(version: DatasetVersion) -> Node:
    return Node(id=str(version), kind=kind_of(version.dataset), label=spoken(version))


def _run(run: RunRecord) -> Node:
    return Node(id=f"run/{run.id}", kind=NodeKind.RUN, label=run.job.name)


def _link(
    source: Node,
    target: Node,
    certainty: Certainty,
    *,
    run: RunRecord | None = None,
    transformation: str = "",
) -> _Link:
    edge = Edge(
        source=source.id,
        target=target.id,
        run=None if run is None else str(run.id),
        certainty=certainty,
        transformation=transformation,
    )
    return source, target, edge
