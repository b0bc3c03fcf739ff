"""Decide what a file does to its slice: add to it, replace it, or be refused. Pure.

A run's id follows from the contract, the file's bytes and whether it is sent as a correction. So a load that
was killed is taken up by the same run, and a file loaded twice is known by it.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import TypeAlias
from uuid import NAMESPACE_URL, uuid5

from ingestion.contract import Contract
from ingestion.errors import UnknownDelivery
from ingestion.source import SourceFile
from lineage.names import RunId

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lakeproof:load")


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Append the file's rows to its slice, as far as this run has not done so already."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Put the file's rows in place of the slice, as far as this run has not done so already."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Nothing to do: `run` loaded the file, and another has replaced its rows since."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Refused. `recorded`: a run of this id has commits already, so no other run may bear it."""

    run: RunId
    why: str
    next_move: str
    recorded: bool = False


Intent: TypeAlias = Add | Replace | Settled | Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """The two runs that may load a file: as the first of its slice, and as a correction."""

    first: RunId
    correction: RunId

    @classmethod
    def of(cls, contract: Contract, file: SourceFile) -> "Runs":
        """The same at every attempt."""
        name = f"{contract.id} {file.sha256}"
        return cls(
            first=RunId(uuid5(_NAMESPACE, name)), correction=RunId(uuid5(_NAMESPACE, f"{name} correction"))
        )


def delivery_key(contract: Contract, file_name: str) -> str:
    """The slice a file is for, from its name. Raise UnknownDelivery when the name does not say."""
    match = re.search(contract.delivery.pattern, file_name)
    if match is None:
        raise UnknownDelivery(
            f"{file_name} is not named as the contract {contract.id} wants its drops",
            next_move=f"rename it to match {contract.delivery.pattern}",
        )
    return match[contract.delivery.key]


def decide(runs: Runs, *, holders: Set[str], committed: Set[RunId], correcting: bool) -> Intent:
    """What a file may do. `holders`: whose rows the slice has now; `committed`: who of `runs` ever wrote."""
    if runs.correction in committed and str(runs.correction) in holders:
        return Replace(run=runs.correction)
    if holders <= {str(runs.first)}:
        if correcting and not holders:
            return Taken(
                run=runs.correction,
                why="nothing was loaded for it that could be corrected",
                next_move="load it without --correction",
            )
        return Add(run=runs.first)
    if correcting:
        return _correct(runs, holders, committed)
    for run in (runs.correction, runs.first):
        if run in committed and str(run) not in holders:
            return Settled(run=run)
    return Taken(
        run=runs.first,
        why=f"another file was loaded for it by {_named(holders - {str(runs.first)})}",
        next_move='to replace what was loaded, say why with --correction "…"',
        recorded=runs.first in committed,
    )


def _correct(runs: Runs, holders: Set[str], committed: Set[RunId]) -> Intent:
    if runs.correction not in committed:
        return Replace(run=runs.correction)
    return Taken(
        run=runs.correction,
        why=f"run {runs.correction} loaded it as a correction, and {_named(holders)} replaced it since",
        next_move="ask the sender for a new file; the same bytes cannot correct twice",
        recorded=True,
    )


def _named(holders: Set[str]) -> str:
    return f"run {', '.join(sorted(holders))}"
