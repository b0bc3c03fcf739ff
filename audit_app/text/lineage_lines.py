"""A graph as lines of text: each thing once, in the order data flows, with what it comes from. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from typing import Any

from audit_app.text.shape import plural, section
from lineage.answers import Answer


def lineage(answer: Answer) -> list[str]:
    """Nodes by the way data takes; under each, its other names, and its sources with certainty and transformation."""
    told: Any = answer.answer
    labels = {node["id"]: node["label"] for node in told["nodes"]}
    kinds = {node["id"]: node["kind"] for node in told["nodes"]}
    also = {node["id"]: node.get("also", ()) for node in told["nodes"]}
    changes = {node["id"]: _change(node) for node in told["nodes"]}
    into: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for edge in told["edges"]:
        into[edge["target"]].append(edge)
    extent = f"{plural(len(labels), 'node')}, {plural(len(told['edges']), 'edge')}"
    lines = [f"Around {told['subject']}, by {told['level']}s: {extent}", ""]
    ends = [(edge["source"], edge["target"]) for edge in told["edges"]]
    for id_ in in_flow(labels, [each for each in ends if labels.keys() >= set(each)]):
        mark = "→" if id_ == told["start"] else " "
        lines.append(f"{mark} {kinds[id_].ljust(10)} {labels[id_]}{changes.get(id_, '')}")
        lines += [f"             also {name}" for name in also[id_]]
        lines += [
            f"             ← {_name(labels, edge['source'])}{_said(edge)}" for edge in into.pop(id_, ())
        ]
    # Of a page that goes on from another, an edge may lead to a node of a page before.
    lines += [
        f"  … {_name(labels, id_)} ← {_name(labels, edge['source'])}{_said(edge)}"
        for id_ in into
        for edge in into[id_]
    ]
    left_out = [f"  {text}" for text in told["cut"]]
    left_out += [f"  next={told['next']}"] if told.get("next") else []
    return [*lines, *section("Left out", left_out)]


def _said(edge: dict[str, Any]) -> str:
    parts = [edge["transformation"].lower(), edge["certainty"] if edge["certainty"] != "declared" else ""]
    said = ", ".join(filter(None, parts))
    return (f"  ({said})" if said else "") + _change(edge)


def _change(thing: dict[str, Any]) -> str:
    return {"new": "  +new", "gone": "  -gone"}.get(thing.get("change", ""), "")


def _name(labels: dict[str, str], id_: str) -> str:
    return labels.get(id_, id_)


def in_flow(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> list[str]:
    """Nodes with sources before targets; by name where a cycle leaves no such order."""
    before: dict[str, set[str]] = {node: set() for node in sorted(nodes)}
    for source, target in edges:
        if source != target:
            before[target].add(source)
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for node, sources in before.items():
        sorter.add(node, *sorted(sources))
    try:
        return list(sorter.static_order())
    except CycleError:
        return list(before)
