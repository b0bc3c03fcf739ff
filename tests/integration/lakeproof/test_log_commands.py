"""`lakeproof log …`: proofs that check out offline, a change of keys, and what is said when the log differs."""

from pathlib import Path

import pytest

from lineage.checkpoints import Checkpoint, open_checkpoint, parse_verifier_key
from lineage.merkle import verify_consistency, verify_inclusion
from tests.support.command_line import lakeproof
from tests.support.tampering import tamper


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a few entries."""
    assert lakeproof(tmp_path, "init").code == 0
    for name in ("anna", "ben", "cleo"):
        assert lakeproof(tmp_path, "actors", "add", name, "--role", "auditor").code == 0
    return tmp_path


def head_in(note: str, verifier: str) -> Checkpoint:
    named = parse_verifier_key(verifier)
    assert named is not None
    head = open_checkpoint(note, *named)
    assert head is not None
    return head


def key(home: Path) -> str:
    return (home / "log" / "log.pub").read_text()


def test_proofs_check_out_offline(home: Path) -> None:
    """`log proof` and `log consistency` print what proves an entry and the log's growth with the public key alone."""
    proof = lakeproof(home, "log", "proof", "0", "--size", "2").json
    head = head_in(proof["checkpoint"], key(home))
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert head.size == 2 and verify_inclusion(bytes.fromhex(proof["leaf"]), 0, 2, path, head.root)
    grown = lakeproof(home, "log", "consistency", "1").json
    old, new = head_in(grown["old_checkpoint"], key(home)), head_in(grown["checkpoint"], key(home))
    path = [bytes.fromhex(step) for step in grown["path"]]
    assert (old.size, new.size) == (1, 3)
    assert verify_consistency(1, 3, path, old.root, new.root)
    assert lakeproof(home, "log", "consistency", "1", "2").json["to"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("proof", "1", "--size", "1"),
        ("consistency", "4"),
        ("consistency", "2", "1"),
        ("checkpoint", "--size", "9"),
    ],
)
def test_what_was_never_so_is_bad_input(home: Path, arguments: tuple[str, ...]) -> None:
    """No proof in a head without the entry, or between heads that the log never had: exit 2 and the next move."""
    said = lakeproof(home, "log", *arguments)
    assert said.code == 2
    assert "give an entry of the log" in said.err


def test_a_changed_key_keeps_what_was_signed(home: Path, tmp_path: Path) -> None:
    """After `log rotate-key` the auditor's old checkpoint still verifies, and so does the one signed after it."""
    kept = tmp_path / "kept"
    kept.write_text(lakeproof(home, "log", "checkpoint").out)
    before = key(home).strip()
    changed = lakeproof(home, "log", "rotate-key", "--json").json
    assert (changed["old"], changed["new"]) == (before, key(home).strip())
    assert changed["entry"] == 3
    assert lakeproof(home, "log", "verify", "--checkpoint", str(kept)).code == 0
    kept.write_text(lakeproof(home, "log", "checkpoint").out)
    assert lakeproof(home, "log", "rotate-key").code == 0
    said = lakeproof(home, "log", "verify", "--checkpoint", str(kept))
    assert said.code == 0
    assert (
        "5 entries, the first 5 of them signed; they extend the 4 entries of the checkpoint given" in said.out
    )


def test_a_changed_entry_is_named(home: Path) -> None:
    """`log verify` names the entry that differs and leaves with 1."""
    tamper(home, "UPDATE log_payloads SET body = X'00' WHERE seq = 1")
    said = lakeproof(home, "log", "verify", "--json")
    assert said.code == 1
    assert said.json["notes"] == ["entry 1: its payload is not the one that its envelope states"]
