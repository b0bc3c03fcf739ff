"""A passport as plain JSON. Pure.

Keys: prediction {…lineage.predictions, "filed_in", "batch", "leaf_index", "batch_size", "merkle_root",
"approve_at"};
deployment {"name", "entry", "recorded_at", "approved_by", "run"} or null; model {"name", "digest", "features",
"trainer", "training_run", "metrics"} or null; approval {"by", "authenticated", "trainer", "note",
"recorded_at", "entry"} or null; refusals [the same with "reason"]; training {"run", "steps" [run id],
"tables" [{"version", "certainty", "pinned", "manifest"}]} or null; way [{"read", "written", "certainty",
"run"}]; landing [{"file", "sha256", "load"}]; columns [{"feature", "value", "steps", "ends", "unknown"}];
corrections [{"version", "where", "because", "run", "since", "made", "stood_on", "as", "rows"}]; runs [see
audit_app.behind.runs]; checks [{"name", "about", "status", "said"}]; unknown [text]; graph {"nodes" [{"id",
"kind", "label", "also"?}], "edges" [{"source", "target", "run", "certainty", "transformation"}]}; evidence {"entries"
[seq], "manifests" [seq]}.
"""

from typing import TYPE_CHECKING

from audit_app.behind.runs import run_json
from audit_app.behind.served import registered_in, trained_by
from audit_app.behind.way import known
from catalog.log.entry import Entry
from lineage.canonical import Json
from lineage.graph import Graph, Node
from lineage.times import render_moment

if TYPE_CHECKING:
    from audit_app.questions.passport import Passport


def told(passport: "Passport") -> dict[str, Json]:
    """The passport's answer."""
    return {
        "prediction": _prediction(passport),
        "deployment": _deployment(passport),
        "model": _model(passport),
        "approval": None if passport.served.approval is None else _approval(passport.served.approval),
        "refusals": [_approval(entry) for entry in passport.served.refusals],
        "training": _training(passport),
        "way": _way(passport),
        "landing": [
            {"file": file.name, "sha256": file.sha256, "load": str(file.load.id)}
            for file in passport.way.files
        ],
        "columns": [feature.to_json() for feature in passport.features],
        "corrections": [touched.to_json() for touched in passport.corrections],
        "runs": [run_json(run) for run in passport.runs],
        "checks": [check.to_json() for check in passport.checks],
        "unknown": list(passport.unknown),
        "graph": graph_json(passport.graph),
        "evidence": {
            "entries": [entry.seq for entry in passport.entries],
            "manifests": [entry.seq for entry in passport.entries if entry.kind == "manifest"],
        },
    }


def node_json(node: Node) -> dict[str, Json]:
    """A node; with `also`, the ids of its other names, where it has any."""
    also: dict[str, Json] = {"also": list(node.also)} if node.also else {}
    return {"id": node.id, "kind": node.kind.value, "label": node.label, **also}


def graph_json(graph: Graph) -> dict[str, Json]:
    """Nodes and edges, with the times that edges hold from."""
    return {
        "nodes": [node_json(node) for node in graph.nodes],
        "edges": [
            {
                "source": edge.source,
                "target": edge.target,
                "run": edge.run,
                "certainty": edge.certainty.value,
                "transformation": edge.transformation,
                "valid_from": None if edge.valid_from is None else render_moment(edge.valid_from),
                "known_from": None if edge.known_from is None else render_moment(edge.known_from),
            }
            for edge in graph.edges
        ],
    }


def _prediction(passport: "Passport") -> dict[str, Json]:
    filed = passport.filed
    return {
        **filed.prediction.to_json(),
        "filed_in": str(filed.version),
        "batch": filed.batch_id,
        "leaf_index": filed.leaf_index,
        "batch_size": len(filed.leaves),
        "merkle_root": filed.root,
        "approve_at": passport.approve_at,
    }


def _deployment(passport: "Passport") -> dict[str, Json] | None:
    served = passport.served
    if served.deployment is None:
        return None
    entry = served.deployed
    return {
        "name": str(served.deployment),
        "entry": None if entry is None else entry.seq,
        "recorded_at": None if entry is None else render_moment(entry.recorded_at),
        "approved_by": None if entry is None else entry.body().get("approved_by"),
        "run": None if served.deploy_run is None else str(served.deploy_run.id),
    }


def _model(passport: "Passport") -> dict[str, Json] | None:
    served = passport.served
    if served.model is None:
        return None
    return {
        "name": str(served.model),
        "digest": served.digest,
        "features": list(served.features),
        "trainer": trained_by(served),
        "training_run": None if served.training is None else str(served.training.id),
        "metrics": dict(registered_in(served).get("metrics", {})),
    }


def _approval(entry: Entry) -> dict[str, Json]:
    body = entry.body()
    return {
        "by": body.get("by"),
        "authenticated": entry.actor.authenticated,
        "trainer": body.get("trainer"),
        "note": body.get("note"),
        "reason": body.get("reason"),
        "recorded_at": render_moment(entry.recorded_at),
        "entry": entry.seq,
    }


def _training(passport: "Passport") -> dict[str, Json] | None:
    served = passport.served
    if served.training is None:
        return None
    return {
        "run": str(served.training.id),
        "steps": [str(run.id) for run in served.steps],
        "tables": [
            {
                "version": str(each.version),
                "certainty": each.certainty.value,
                "pinned": None if each.pin is None else each.pin.seq,
                "manifest": None if each.manifest is None else each.manifest.seq,
            }
            for each in served.learnt
        ],
    }


def _way(passport: "Passport") -> list[Json]:
    return [
        {
            "read": str(hop.read),
            "written": str(hop.written),
            "certainty": known(hop).value,
            "run": None if hop.run is None else str(hop.run.id),
        }
        for hop in passport.way.hops
    ]
