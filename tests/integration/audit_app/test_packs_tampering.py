"""Whatever is changed in a pack, its verification fails, and names what it is."""

import base64
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit_app.packs.evidence import pack_id
from audit_app.packs.export import export
from audit_app.packs.members import CHECKPOINT, MANIFEST
from audit_app.packs.reading import digest
from audit_app.packs.stored import STRUCTURE, read_stored, write_stored
from audit_app.packs.verify import judge, verify
from lineage.actors import Actor
from lineage.certainty import NotCheckable
from lineage.errors import BadInput
from tests.support.audited import AuditedHome
from tests.support.copied import copied

SEED = 20261121
AUDREY = Actor(name="audrey", authenticated=True)


@pytest.fixture(scope="module")
def home(home: AuditedHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedHome]:
    """A copy: an export is recorded, and nobody else shall see it."""
    with copied(home, tmp_path_factory.mktemp("tampered") / "home") as copy:
        yield copy


@pytest.fixture(scope="module")
def pack(home: AuditedHome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A decision's pack, its receipt beside it."""
    path = tmp_path_factory.mktemp("packs") / "decision.zip"
    parameters = {"prediction": str(home.denied.prediction_id)}
    return export(home.sources, "decision", parameters, at=home.now, output=path, actor=AUDREY).path


def one_of_each_kind(members: dict[str, bytes]) -> list[str]:
    """The first member of each folder, and everything that lies in none."""
    kinds: dict[str, str] = {}
    for name in sorted(members):
        kinds.setdefault(name.rpartition("/")[0] or name, name)
    return list(kinds.values())


def place_of(data: bytes, name: str) -> int:
    """Where a member's own bytes begin: after its name in its local header."""
    return data.index(b"\0\0" + name.encode()) + 2 + len(name)


def mutations(data: bytes, place: int) -> Iterator[bytes]:
    """The byte at place with one bit flipped, doubled, and taken out."""
    yield data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
    yield data[: place + 1] + data[place:]
    if data[place : place + 1] != data[place + 1 : place + 2]:
        yield data[:place] + data[place + 1 :]


def test_a_byte_changed_in_any_member_names_it(pack: Path) -> None:
    """In every kind of member, at its beginning, in it and at its end: flipped, put in, taken out."""
    data = pack.read_bytes()
    members = read_stored(data).members
    chance = random.Random(SEED)
    for name in one_of_each_kind(members):
        start, size = place_of(data, name), len(members[name])
        for place in {0, size // 2, size - 2, chance.randrange(size)}:
            for mutant in mutations(data, start + place):
                verdict = judge(mutant)
                assert not verdict.ok and name in verdict.damaged, (name, place)


def test_a_byte_changed_in_the_structure_names_a_member_or_the_structure(pack: Path) -> None:
    """Local headers, central directory and its end, byte after byte; what comes before, after, or is cut off."""
    data = pack.read_bytes()
    members = read_stored(data).members
    central = data.index(b"PK\x01\x02")
    name = one_of_each_kind(members)[3]
    header = place_of(data, name) - 30 - len(name)
    places = [
        *range(header, header + 30 + len(name)),
        *range(central, central + 60),
        *range(len(data) - 22, len(data)),
    ]
    chance = random.Random(SEED)
    places += [chance.randrange(central, len(data)) for _ in range(20)]
    for place in places:
        for mutant in mutations(data, place):
            verdict = judge(mutant)
            assert not verdict.ok and set(verdict.damaged) & {STRUCTURE, name}, place
    cut = [data[:size] for size in (0, 1, 30, central // 2, central, len(data) - 1)]
    for mutant in (*cut, data + b"\0", b"\0" + data, data + data, data[:central] + b"\0\0" + data[central:]):
        verdict = judge(mutant)
        assert not verdict.ok and verdict.damaged, len(mutant)


def repacked(members: dict[str, bytes], name: str, content: bytes | None) -> bytes:
    """A forger's pack: one member other or gone, with a manifest and a ZIP that agree with it."""
    forged = {each: data for each, data in members.items() if each != name}
    if content is not None:
        forged[name] = content
    stated = json.loads(forged[MANIFEST])
    named = sorted(set(forged) - {MANIFEST})
    stated["files"] = [{"path": n, "size": len(forged[n]), "sha256": digest(forged[n])} for n in named]
    stated["pack_id"] = pack_id(forged)
    forged[MANIFEST] = json.dumps(stated).encode()
    return write_stored(forged)


@pytest.mark.parametrize(
    "folder", ["events/", "envelopes/", "proofs/", "manifests/", "prediction.json", CHECKPOINT]
)
def test_a_forged_manifest_does_not_hide_a_forged_proof(pack: Path, folder: str) -> None:
    """Who changes evidence and makes digests and ZIP agree with it, still has no proof for it."""
    members = read_stored(pack.read_bytes()).members
    name = next(name for name in sorted(members) if name.startswith(folder))
    changed = re.sub(rb"[0-9]", lambda digit: b"%d" % ((int(digit[0]) + 1) % 10), members[name], count=1)
    assert changed != members[name]
    assert not judge(repacked(members, name, changed)).ok
    if folder != "manifests/":
        assert not judge(repacked(members, name, None)).ok


def test_the_receipt_tells_a_whole_forged_pack(pack: Path) -> None:
    """A report rewritten with everything around it made to agree is not the pack whose export was logged."""
    members = read_stored(pack.read_bytes()).members
    forged = repacked(members, "report.pdf", b"%PDF-1.7 another")
    receipt = pack.with_name("decision.receipt.json").read_bytes()
    assert judge(pack.read_bytes(), receipt=receipt).ok
    assert not judge(forged, receipt=receipt).ok
    for place in range(0, len(receipt), 13):
        mutant = receipt[:place] + bytes([receipt[place] ^ 1]) + receipt[place + 1 :]
        assert not judge(pack.read_bytes(), receipt=mutant).ok, place


def test_figures_are_counted_again(pack: Path) -> None:
    """A row taken out of a table contradicts the answer, even when all digests agree."""
    members = read_stored(pack.read_bytes()).members
    name = "tables/features.csv"
    fewer = b"".join(members[name].splitlines(keepends=True)[:-1])
    verdict = judge(repacked(members, name, fewer))
    assert not verdict.ok and name in verdict.damaged


def test_a_kept_checkpoint_is_compared(home: AuditedHome, pack: Path) -> None:
    """The same head verifies; another size cannot be compared, which is no yes; a stranger's is refused."""
    note = read_stored(pack.read_bytes()).members[CHECKPOINT].decode()
    assert verify(pack, checkpoint=note).ok
    later = verify(pack, checkpoint=home.catalog.log.checkpoint())
    assert not later.ok and isinstance(later.checks[-1].verdict, NotCheckable)
    size = note.split("\n")[1]
    lied = note.replace(base64.b64encode(base64.b64decode(note.split("\n")[2])).decode(), "A" * 43 + "=")
    assert size in lied and not verify(pack, checkpoint=lied).ok
    assert not verify(pack, checkpoint="nothing").ok


def run_alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", "verify.py", *arguments],
        cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_the_verifier_of_the_pack_needs_nothing_else(pack: Path, tmp_path: Path) -> None:
    """In an empty folder with only the pack, its own verify.py says yes, no, or that there is nothing to read."""
    data = pack.read_bytes()
    (tmp_path / "verify.py").write_bytes(read_stored(data).members["verify.py"])
    (tmp_path / "pack.zip").write_bytes(data)
    (tmp_path / "bad.zip").write_bytes(data[:-1])
    good, bad, missing = (run_alone(tmp_path, name) for name in ("pack.zip", "bad.zip", "none.zip"))
    assert (good.returncode, bad.returncode, missing.returncode) == (0, 1, 2), good.stdout + good.stderr
    assert "The pack verifies." in good.stdout and STRUCTURE in bad.stdout


def test_only_a_path_that_cannot_be_read_is_bad_input(tmp_path: Path) -> None:
    """No file is bad input; a file that is no ZIP is a pack that fails."""
    with pytest.raises(BadInput, match="cannot be read"):
        verify(tmp_path / "none.zip")
    (tmp_path / "empty.zip").write_bytes(b"")
    assert not verify(tmp_path / "empty.zip").ok
