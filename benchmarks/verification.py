"""What verifying costs: `python -m benchmarks.verification [--entries N] [--payload BYTES] [--home DIR]`.

A log of N entries is made, in bulk; then the whole of it is verified, single entries and growth are proven, and the
proofs checked. The floor, in the same minute: reading the same rows and hashing the same bytes in a loop, comparing
nothing. Seconds of wall time, and of all processes' processor; peak memory of the first process and of a worker in MiB.
"""

import argparse
import json
import os
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from benchmarks.results import add_results_option, conditions, keep
from catalog.catalog import Catalog
from catalog.log import rows
from catalog.log.entry import Draft
from catalog.log.proof import growth
from lineage.actors import Actor
from lineage.certainty import Verified
from lineage.checkpoints import open_checkpoint, parse_verifier_key
from lineage.merkle import verify_consistency, verify_inclusion

_BATCH = 5000
_PROOFS = 200
_ACTOR = Actor(name="benchmark")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--payload", type=int, default=3700, help="bytes of each payload")
    parser.add_argument("--home", type=Path, help="keep the log here, and use what is there already")
    add_results_option(parser)
    options = parser.parse_args()
    taken = conditions()
    with tempfile.TemporaryDirectory() as scratch:
        found = measure(options.home or Path(scratch), options.entries, options.payload)
    keep(options.results, f"verification-{options.entries}", found, taken)


def measure(home: Path, entries: int, payload: int) -> dict[str, object]:
    """Make the log where it is not there yet; then verify and prove."""
    with Catalog.open(home) as catalog:
        made = _timed(lambda: _fill(catalog, entries, payload))
        note = catalog.log.checkpoint()
        catalog.log.entry(0)
        floor = _timed(lambda: _floor(home))
        whole = _timed(lambda: _verified(catalog, note))
        proofs = [_prove(catalog, seq) for seq in _some(catalog.log.size, _PROOFS)]
        grown = [_grow(catalog, old) for old in _some(catalog.log.size, 50)]
        return {
            "entries": catalog.log.size,
            "payload_bytes": payload,
            "made": made,
            "verify": whole,
            "floor": floor,
            "verify_over_floor": round(whole["seconds"] / floor["seconds"], 2),
            "entries_per_second": round(catalog.log.size / whole["seconds"]),
            "proof_made_ms": _spread([each[0] for each in proofs]),
            "proof_checked_ms": _spread([each[1] for each in proofs]),
            "growth_made_ms": _spread([each[0] for each in grown]),
            "growth_checked_ms": _spread([each[1] for each in grown]),
            "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "workers_peak_memory_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        }


def _some(size: int, count: int) -> range:
    """Numbers spread over 1 to size."""
    return range(1, size, max(1, size // count))


def _fill(catalog: Catalog, entries: int, payload: int) -> None:
    filler = "x" * max(0, payload - 40)
    for first in range(catalog.log.size, entries, _BATCH):
        numbers = range(first, min(first + _BATCH, entries))
        drafts = [
            Draft(
                kind="benchmark",
                event_id=str(number),
                actor=_ACTOR,
                payload=json.dumps({"number": number, "filler": filler}).encode(),
                producer="https://example.org/producer",
                producer_seq=number + 1,
            )
            for number in numbers
        ]
        with catalog._store.sequenced() as session:  # noqa: SLF001 - in bulk, past the door
            rows.append(session, drafts, now=catalog._clock())  # noqa: SLF001


def _floor(home: Path) -> None:
    """Every row read by the bare driver; each payload hashed once, each leaf once, each node once."""
    level: list[bytes] = []
    columns = (
        "seq, event_id, kind, producer, producer_seq, recorded_at, actor, authenticated, payload_sha256, size"
    )
    query = f"SELECT {columns}, body FROM log_entries JOIN log_payloads USING (seq) ORDER BY seq"  # noqa: S608
    with closing(sqlite3.connect(home / "catalog.db")) as connection:
        for *envelope, body in connection.execute(query):
            sha256(body).hexdigest()
            level.append(sha256(b"\x00" + json.dumps(envelope).encode()).digest())
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]


def _verified(catalog: Catalog, note: str) -> None:
    verdict = catalog.log.verify(note)
    if not isinstance(verdict, Verified):
        raise SystemExit(f"the log does not verify: {verdict.reason}")


def _prove(catalog: Catalog, seq: int) -> tuple[float, float]:
    """Milliseconds to make the proof of an entry under the signed head, and to check it with the public key."""
    start = time.perf_counter()
    proof = catalog.log.proof(seq)
    made = time.perf_counter()
    named = parse_verifier_key(catalog.log.verifier)
    head = None if named is None else open_checkpoint(proof.checkpoint, *named)
    if head is None or not verify_inclusion(proof.envelope.leaf, seq, head.size, proof.path, head.root):
        raise SystemExit(f"the proof of entry {seq} does not hold")
    return (made - start) * 1000, (time.perf_counter() - made) * 1000


def _grow(catalog: Catalog, old: int) -> tuple[float, float]:
    start = time.perf_counter()
    told = growth(catalog.log, old)
    made = time.perf_counter()
    named = parse_verifier_key(catalog.log.verifier)
    before, after = (
        None if named is None else open_checkpoint(note, *named)
        for note in (told.old_checkpoint, told.checkpoint)
    )
    if before is None or after is None:
        raise SystemExit("a head does not open")
    if not verify_consistency(old, after.size, told.path, before.root, after.root):
        raise SystemExit(f"the growth from {old} does not hold")
    return (made - start) * 1000, (time.perf_counter() - made) * 1000


def _timed(work: Callable[[], None]) -> dict[str, float]:
    start, before = time.perf_counter(), os.times()
    work()
    seconds, after = time.perf_counter() - start, os.times()
    used = sum(after[:4]) - sum(before[:4])  # of children that ended too
    return {"seconds": round(seconds, 2), "processor_seconds": round(used, 2)}


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "max": round(ordered[-1], 2),
    }


if __name__ == "__main__":
    main()
