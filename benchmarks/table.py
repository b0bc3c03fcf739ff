"""The page of measurements from their JSON: docs/benchmarks.md. Pure but for reading the results."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"

_HEAD = """# What is measured

Made by `make bench` from the JSON in `benchmarks/results/`; do not edit. Absolute times move from machine to machine:
beside each stands a floor that was taken in the same minute, the least that any program would have to do. All of it on
two cores, durable: an event is answered once it has reached the disk.
"""


def render(results: Path) -> str:
    """The page; a measurement without results yet is left out."""
    sections = {"intake": _intake, "lineage": _lineage, "verification": _verification, "scoring": _scoring}
    lines = [_HEAD]
    for name, section in sections.items():
        file = results / f"{name}.json"
        if file.exists():
            lines += [*section(json.loads(file.read_text(encoding="utf-8"))), ""]
    return "\n".join(lines)


def _intake(found: dict[str, Any]) -> Iterator[str]:
    yield "## Events in\n"
    yield "Single events of 3.7 kB (two inputs, one output, eight column pairs), then batches.\n"
    yield "| load | events/s | p50 ms | p95 ms | CPU ms an event | MiB | floor events/s | of the floor |"
    yield "|---|---|---|---|---|---|---|---|"
    for load, each in found.items():
        if load != "aspects":
            mine, floor = each["service"], each["floor"]
            yield (
                f"| {load.replace('_', ' ')} | {mine['events_per_second']} | {mine['p50_ms']} | {mine['p95_ms']} "
                f"| {mine['processor_ms_per_event']} | {mine['resident_mib']} | {floor['events_per_second']} "
                f"| {each['ratio']} |"
            )
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found["aspects"].items())
    yield f"\nAspects behind it: {facts}."


def _lineage(found: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Lineage out\n"
    yield "Over HTTP, both times given. The floor walks the same edges in bare SQLite, without times, names or HTTP.\n"
    for graph in found:
        yield f"### {graph['jobs']:,} jobs; the service held {graph['server_rss_mb']} MB\n"
        rows = {name: each for name, each in graph.items() if isinstance(each, dict)}
        columns = list(dict.fromkeys(key for each in rows.values() for key in each))
        yield f"| question | {' | '.join(column.replace('_', ' ') for column in columns)} |"
        yield "|---" * (len(columns) + 1) + "|"
        for name, each in rows.items():
            yield f"| {name} | {' | '.join(str(each.get(column, '')) for column in columns)} |"
        yield ""


def _verification(found: dict[str, Any]) -> Iterator[str]:
    whole, floor = found["verify"], found["floor"]
    yield "## Verifying\n"
    yield f"A log of {found['entries']:,} entries of {found['payload_bytes']} bytes, {found['peak_memory_mib']} MiB.\n"
    yield "| what | measured |"
    yield "|---|---|"
    yield f"| the whole log | {whole['seconds']} s ({found['entries_per_second']:,} entries/s) |"
    yield f"| floor: the same bytes read and hashed | {floor['seconds']} s; {found['verify_over_floor']} times that |"
    for what, key in {
        "an entry's proof made": "proof_made_ms",
        "an entry's proof checked": "proof_checked_ms",
        "a growth proof made": "growth_made_ms",
        "a growth proof checked": "growth_checked_ms",
    }.items():
        yield f"| {what} | p50 {found[key]['p50']} ms, p95 {found[key]['p95']} ms |"


def _scoring(found: dict[str, Any]) -> Iterator[str]:
    yield "## Scoring\n"
    yield "What making each prediction durable before it is answered costs: p95 with it over p95 without.\n"
    yield "| load | ratio |"
    yield "|---|---|"
    for load, ratio in found["p95_durable_to_unlogged"].items():
        yield f"| {load} | {ratio} |"
