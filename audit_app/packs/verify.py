"""Verify an evidence pack, with nothing but the pack: `python verify.py PACK.zip [--checkpoint FILE]`.

Only the standard library and `cryptography` are used: the command, the page and the verify.py inside each pack
run this very code. Every byte counts. What no pack can show: that what was recorded was true when it was recorded.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit_app.packs.evidence import (
    Check,
    check_members,
    failed,
    guarded,
    head_of,
    not_checkable,
    verified,
)
from audit_app.packs.keys import keys_of
from audit_app.packs.members import CHECKPOINT, LOG_KEY, receipt
from audit_app.packs.receipt import check_receipt
from audit_app.packs.stored import STRUCTURE, read_stored
from lineage.certainty import Failed, NotCheckable, Verified
from lineage.errors import BadInput

_MARKS = {Verified: "ok  ", Failed: "FAIL", NotCheckable: "?   "}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVerdict:
    """Everything that was checked, failures included. `asked` is False when a checkpoint given was of no use."""

    checks: tuple[Check, ...]
    asked: bool = True

    @property
    def ok(self) -> bool:
        """Nothing failed, and what was asked for beyond the pack could be checked."""
        return self.asked and not any(isinstance(check.verdict, Failed) for check in self.checks)

    @property
    def damaged(self) -> tuple[str, ...]:
        """The members, or parts of the ZIP, of which a check failed, each once."""
        return tuple(
            dict.fromkeys(check.object for check in self.checks if isinstance(check.verdict, Failed))
        )


def verify(path: Path, *, checkpoint: str | None = None) -> PackVerdict:
    """Check the pack at path, and the receipt beside it where there is one.

    `checkpoint`: the text of one that an auditor kept. Raises BadInput only when the path cannot be read.
    """
    data = _read(path)
    beside = path.with_name(receipt(path.name))
    return judge(data, receipt=_read(beside) if beside.is_file() else None, name=beside.name, kept=checkpoint)


def judge(
    data: bytes, *, receipt: bytes | None = None, name: str = "receipt", kept: str | None = None
) -> PackVerdict:
    """Check the bytes of a pack. Pure."""
    contents = read_stored(data)
    checks = [failed("zip", damage.object, damage.what) for damage in contents.damages]
    if not checks:
        checks.append(
            verified("zip", STRUCTURE, f"written again from its members: the same {len(data)} bytes")
        )
    members = contents.members
    checks += check_members(members)
    if receipt is None:
        reason = "there is none beside the pack: who exported it, and that the log recorded it, is not shown"
        checks.append(not_checkable("receipt", name, reason))
    else:
        checks += guarded("receipt", name, lambda: check_receipt(name, receipt, data, members))
    compared = [] if kept is None else guarded("kept", CHECKPOINT, lambda: check_kept(kept, members))
    asked = not any(isinstance(check.verdict, NotCheckable) for check in compared)
    return PackVerdict(checks=(*checks, *compared), asked=asked)


def check_kept(kept: str, members: Mapping[str, bytes]) -> Iterator[Check]:
    """Whether the pack's log is the one whose checkpoint the auditor kept."""
    (chain, breaks), head = keys_of(members), head_of(members)
    older = None if breaks else chain.open(kept)
    if head is None or older is None:
        yield failed("kept", "the checkpoint given", f"the pack's log ({LOG_KEY}) did not sign it")
    elif older.size != head.size:
        reason = (
            f"it is of {older.size} entries, the pack's of {head.size}: the same log signed both, but that one extends "
            "the other is proven by the log only, with `lakeproof log verify --checkpoint`"
        )
        yield not_checkable("kept", "the checkpoint given", reason)
    elif older.root != head.root:
        reason = (
            f"the same log signed two different heads of {head.size} entries: this pack shows another one"
        )
        yield failed("kept", "the checkpoint given", reason)
    else:
        yield verified("kept", "the checkpoint given", "it is the head that this pack stands on")


def lines(verdict: PackVerdict) -> list[str]:
    """The verdict as people read it, a line for each check."""
    told = []
    for check in verdict.checks:
        said = "; ".join(check.verdict.notes) if isinstance(check.verdict, Verified) else check.verdict.reason
        told.append(f"{_MARKS[type(check.verdict)]} {check.object}: {said}")
    if verdict.ok:
        return [*told, "The pack verifies."]
    end = ", ".join(verdict.damaged)
    return [*told, f"The pack does not verify: {end}." if end else "Not everything asked could be checked."]


def main(arguments: Sequence[str]) -> int:
    """The verifier as a program: 0 it verifies, 1 it does not, 2 the path cannot be read."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Verify an evidence pack.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint of the log that you kept")
    asked = parser.parse_args(arguments)
    try:
        kept = None if asked.checkpoint is None else _read(asked.checkpoint).decode(errors="replace")
        verdict = verify(asked.pack, checkpoint=kept)
    except BadInput as error:
        print(error)
        return error.exit_code
    print("\n".join(lines(verdict)))
    return 0 if verdict.ok else 1


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read: {error.strerror}", next_move="name a file that is there and readable"
        ) from error
