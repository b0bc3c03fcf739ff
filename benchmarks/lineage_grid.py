"""A graph of any size for measuring: layers of WIDTH jobs, each reading two tables of the layer before.

Job (l, k) reads table (l-1, k) and (l-1, k+1) and writes (l, k); each says so in one COMPLETE with schemas, SQL and
column lineage, 3.7 kB. The same events come from the same number.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

NAMESPACE, LAKE, WIDTH = "bench", "s3://lake", 100
COLUMNS = {"id": "BIGINT", "amt": "DECIMAL(18,2)", "ts": "TIMESTAMP", "score": "DOUBLE"}
START = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)

_PRODUCER = "https://example.org/bench"
_FACETS = "https://openlineage.io/spec/facets/"

Json = dict[str, Any]


def table(layer: int, column: int) -> str:
    """The name of the table that job (layer, column) writes; layer -1 has the sources."""
    return f"gold.t_{layer}_{column % WIDTH}" if layer >= 0 else f"raw.s_{column % WIDTH}"


def event(number: int, *, run: int = 0) -> bytes:
    """The event of job `number`'s run `run`, a minute after the run before."""
    layer, column = divmod(number, WIDTH)
    sources = [table(layer - 1, column), table(layer - 1, column + 1)]
    at = (START + timedelta(seconds=number, minutes=run)).isoformat()
    body = {
        "eventType": "COMPLETE",
        "eventTime": at,
        "producer": _PRODUCER,
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": str(uuid5(NAMESPACE_URL, f"lineage/{number}/{run}")),
            "facets": {"nominalTime": _facet("NominalTimeRunFacet", "1-0-1", nominalStartTime=at)},
        },
        "job": {
            "namespace": NAMESPACE,
            "name": f"job_{layer}_{column}",
            "facets": {
                "sql": _facet("SQLJobFacet", "1-0-1", query=_QUERY.format(table(layer, column), *sources))
            },
        },
        "inputs": [_dataset(name) for name in sources],
        "outputs": [_dataset(table(layer, column), columnLineage=_lineage(sources))],
    }
    return json.dumps(body).encode()


def _dataset(name: str, **facets: Json) -> Json:
    fields = [{"name": column, "type": kind} for column, kind in COLUMNS.items()]
    schema = _facet("SchemaDatasetFacet", "1-1-1", fields=fields)
    return {"namespace": LAKE, "name": name, "facets": {"schema": schema, **facets}}


def _lineage(sources: list[str]) -> Json:
    fields = {column: {"inputFields": [_source(name, column) for name in sources]} for column in COLUMNS}
    return _facet("ColumnLineageDatasetFacet", "1-2-0", fields=fields)


def _source(name: str, column: str) -> Json:
    subtype = "IDENTITY" if column == "id" else "TRANSFORMATION"
    step = {"type": "DIRECT", "subtype": subtype, "description": "", "masking": False}
    return {"namespace": LAKE, "name": name, "field": column, "transformations": [step]}


_QUERY = (
    "insert into {} select a.id, a.amt+b.amt amt, a.ts, a.score*b.score score from {} a join {} b using (id)"
)


def _facet(name: str, version: str, **content: Any) -> Json:
    return {"_producer": _PRODUCER, "_schemaURL": f"{_FACETS}{version}/{name}.json#/$defs/{name}", **content}
