"""The page of measurements from their JSON: docs/benchmarks.md. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.results import QUIET
from benchmarks.targets import TARGETS, Target, Way

Json = dict[str, Any]

_HEAD = """# What is measured

Made by `make bench` (and `make bench-large`, which adds the record of 1M jobs) from the JSON in `benchmarks/results/`;
do not edit. Absolute times move from machine to machine: beside a figure stands a floor that was taken in the same
minute, the least that any program would have to do, and the ratio to it. All of it is durable: an event is answered
once it has reached the disk. Marquez is 0.51 with PostgreSQL 15 on two cores, given the same events and questions
(p50 / p95 ms).
"""
_MISSING = "not measured yet"


def render(results: Mapping[str, Json]) -> str:
    """The page. `results`: by name, each with what was `found` and the conditions it was `taken` in."""
    lines = [_HEAD, *_targets(results), ""]
    for measurement, section in _SECTIONS.items():
        for name in sorted(results, key=_size):
            if name.partition("-")[0] == measurement:
                lines += [*section(results[name]["found"]), "", _conditions(results[name]["taken"]), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _size(name: str) -> tuple[int, str]:
    """By the number in a result's name."""
    number = name.partition("-")[2].partition("-")[0]
    return int(number) if number.isdigit() else 0, name


def _targets(results: Mapping[str, Json]) -> Iterator[str]:
    yield "| what | wanted | measured | met | floor | of the floor | Marquez | MiB |"
    yield "|---|---|---|---|---|---|---|---|"
    for target in TARGETS:
        figure = _figure(results, target)
        if figure is None:
            cells = [target.what, target.wanted, _MISSING, "", "", "", target.marquez, ""]
        else:
            found = results[target.result]["found"]
            floor = _at(found, target.floor)
            cells = [
                target.what,
                target.wanted,
                f"{figure:,.5g} {target.unit}",
                "" if not target.wanted else "yes" if target.met(figure) else "**no**",
                _number(floor),
                f"{figure / floor:.2f}" if floor else "",
                target.marquez,
                _number(_at(found, target.memory)),
            ]
        yield f"| {' | '.join(cells)} |"


def _figure(results: Mapping[str, Json], target: Target) -> float | None:
    ours = _of(results, target.result, target.figure)
    if ours is None or not target.over:
        return ours
    theirs = _of(results, target.over, target.figure)
    return ours / theirs if theirs else None


def _of(results: Mapping[str, Json], name: str, way: Way) -> float | None:
    return _at(results[name]["found"], way) if name in results else None


def _at(found: Any, way: Way) -> float | None:
    """The figure at the end of a way; None where the way, or the figure, is not there."""
    for key in way:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, int | float) else None


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.5g}"


def _conditions(taken: Json) -> str:
    machine, load = taken["machine"], taken["load_average"]
    kind = f"{machine['cores']} × {machine['processor']}, {machine['memory_gib']} GiB, Python {machine['python']}"
    busy = f"load average {load[0]} at the start, {100 * taken['busy']:.0f} % busy with something else"
    told = f"Taken {taken['at']} at {taken['commit']} on {kind}; {busy}."
    return f"{told} **The machine was not quiet.**" if taken["busy"] >= QUIET else told


def _intake(found: Json) -> Iterator[str]:
    where = f"a record of {found['jobs']:,} jobs"
    yield f"## Events into {where}{_database(found)}\n"
    yield "Single events of 3.7 kB (two inputs, one output, eight column pairs), then batches. The floor is a bare"
    yield "server that parses, hashes and stores them in SQLite.\n"
    yield "| load | events/s | p50 ms | p95 ms | CPU ms an event | MiB | floor events/s | of the floor |"
    yield "|---|---|---|---|---|---|---|---|"
    for load, each in found.items():
        if isinstance(each, dict) and "service" in each:
            mine, floor = each["service"], each["floor"]
            yield (
                f"| {load.replace('_', ' ')} | {mine['events_per_second']} | {mine['p50_ms']} | {mine['p95_ms']} "
                f"| {mine['processor_ms_per_event']} | {mine['resident_mib']} | {floor['events_per_second']} "
                f"| {each['ratio']} |"
            )
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found["aspects"].items())
    yield f"\nAspects behind it: {facts}."


def _lineage(found: Json) -> Iterator[str]:
    yield f"## Lineage out of {found['jobs']:,} jobs{_database(found)}\n"
    yield "Over HTTP, both times given. The floor walks the same edges in bare SQLite, without times, names or HTTP."
    yield f"The service held {found['server_rss_mb']} MiB; {found['loaded']:,} events were loaded in"
    yield f"{found['load_seconds']} s, in bulk.\n"
    rows = {name: each for name, each in found.items() if isinstance(each, dict)}
    columns = list(dict.fromkeys(key for each in rows.values() for key in each))
    yield f"| question | {' | '.join(column.replace('_', ' ') for column in columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for name, each in rows.items():
        yield f"| {name} | {' | '.join(str(each.get(column, '')) for column in columns)} |"


def _database(found: Json) -> str:
    return " on PostgreSQL" if found.get("database") == "postgresql" else ""


def _verification(found: Json) -> Iterator[str]:
    whole, floor = found["verify"], found["floor"]
    yield "## Verifying\n"
    yield f"A log of {found['entries']:,} entries of {found['payload_bytes']} bytes."
    yield f"Memory: {found['peak_memory_mib']} MiB in the first process,"
    yield f"{found['workers_peak_memory_mib']} MiB in each that checks ranges.\n"
    yield "| what | measured |"
    yield "|---|---|"
    yield (
        f"| the whole log | {whole['seconds']} s, {whole['processor_seconds']} s of the processors "
        f"({found['entries_per_second']:,} entries/s) |"
    )
    yield f"| floor: the same bytes read and hashed | {floor['seconds']} s; {found['verify_over_floor']} times that |"
    for what, key in {
        "an entry's proof made": "proof_made_ms",
        "an entry's proof checked": "proof_checked_ms",
        "a growth proof made": "growth_made_ms",
        "a growth proof checked": "growth_checked_ms",
    }.items():
        yield f"| {what} | p50 {found[key]['p50']} ms, p95 {found[key]['p95']} ms |"


def _scoring(found: Json) -> Iterator[str]:
    yield "## Scoring\n"
    yield "What making each prediction durable before it is answered costs. Each figure is of all answers"
    yield f"of {found['rounds']} rounds of {found['seconds']} s, in which the services take turns.\n"
    yield "| load | service | requests/s | p50 ms | p95 ms | p99 ms | CPU ms a request |"
    yield "|---|---|---|---|---|---|---|"
    for load, modes in found["answers"].items():
        for mode, each in modes.items():
            yield (
                f"| {load.replace('_', ' ')} | {mode} | {each['per_second']} | {each['p50_ms']} | {each['p95_ms']} "
                f"| {each['p99_ms']} | {each['processor_ms_per_request']} |"
            )
    for load, ratio in found["p95_durable_to_unlogged"].items():
        yield f"\np95 with the journal over p95 without, {load.replace('_', ' ')}: {ratio}."


def _pages(found: Json) -> Iterator[str]:
    yield "## Pages shown\n"
    yield f"Each {found['loads']} times in a browser that had seen nothing, until all of it was drawn. The floor is"
    yield "Streamlit's own server with a page of one letter, in turn with them.\n"
    yield "| page | p50 s | max s | server CPU s | browser CPU s |"
    yield "|---|---|---|---|---|"
    for name, each in found.items():
        if isinstance(each, dict):
            yield f"| {name} | {' | '.join(str(value) for value in each.values())} |"


_SECTIONS: dict[str, Callable[[Json], Iterator[str]]] = {
    "intake": _intake,
    "lineage": _lineage,
    "verification": _verification,
    "scoring": _scoring,
    "pages": _pages,
}
