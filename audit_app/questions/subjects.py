"""Search over what the graph knows: tables, versions, columns, models, jobs, runs. The page's box for a name."""

from audit_app.behind.told import node_json
from audit_app.sources import Sources
from audit_app.subjects import subject_of
from lineage.answers import Answer
from lineage.certainty import Coverage, Verified
from lineage.times import Instants

LIMIT = 20


def subjects(sources: Sources, text: str, at: Instants, *, limit: int = LIMIT) -> Answer:
    """Everything whose name contains text, limit of each kind.

    Keys: subjects [{"subject", "kind", "label", "id", "also"?}]; `subject` is what commands and pages take.
    """
    found = sources.catalog.graph.search(text, at, limit=limit)
    return Answer(
        question="subjects",
        parameters={"text": text},
        at=at,
        coverage=Coverage(verdict=Verified(), notes=(f"at most {limit} of each kind",)),
        answer={"subjects": [{"subject": subject_of(node), **node_json(node)} for node in found]},
    )
