"""`lakeproof log timestamp`: a head stamped by an authority's clock over HTTP, kept, logged, and held to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.log.stamps import KIND, Stamp, check
from lineage.errors import Refused
from tests.support.authority import TestAuthority, stamping
from tests.support.command_line import Said, lakeproof
from tests.support.tampering import tamper

pytestmark = pytest.mark.openssl


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestAuthority]:
    with stamping(tmp_path_factory.mktemp("authority")) as answering:
        yield answering


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    assert lakeproof(home, "init").code == 0
    assert lakeproof(home, "actors", "add", "anna", "--role", "auditor").code == 0
    return home


def stamp(home: Path, authority: TestAuthority, roots: Path | None = None) -> Said:
    named = ("--url", authority.url, "--roots", str(roots or authority.roots))
    return lakeproof(home, "log", "timestamp", *named, "--json")


def kept(home: Path) -> Stamp:
    with Catalog.open(home) as catalog:
        [entry] = catalog.log.entries(KIND)
        return Stamp.of(entry.body())


def test_a_head_is_stamped_kept_and_logged(home: Path, authority: TestAuthority) -> None:
    """The stamp lies beside the checkpoint and in the log; verifying says when the entries were there, and by whom."""
    said = stamp(home, authority)
    assert said.code == 0
    size = said.json["size"]
    assert (home / "log" / "stamps" / f"{size}.tsr").read_bytes() == kept(home).response
    verified = lakeproof(home, "log", "verify", "--json")
    assert verified.code == 0
    assert f"the first {size} were there at {said.json['at']}" in verified.json["notes"][-1]
    assert said.json["root_sha256"] in verified.json["notes"][-1]


def test_the_authority_may_be_a_setting(
    home: Path, authority: TestAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named in the environment, it needs no options; named nowhere, the message says how."""
    assert "give --url and --roots" in lakeproof(home, "log", "timestamp").err
    monkeypatch.setenv("LAKEPROOF_TIMESTAMP_URL", authority.url)
    monkeypatch.setenv("LAKEPROOF_TIMESTAMP_ROOTS", str(authority.roots))
    assert lakeproof(home, "log", "timestamp").code == 0


def test_an_authority_under_other_roots_is_refused(
    home: Path, authority: TestAuthority, tmp_path: Path
) -> None:
    """An answer that does not verify under the roots given is not kept: nothing is logged, no file is written."""
    with stamping(tmp_path / "other") as other:
        said = stamp(home, authority, roots=other.roots)
    assert said.code == 1 and "does not hold" in said.err
    assert not (home / "log" / "stamps").exists()
    with Catalog.open(home) as catalog:
        assert catalog.log.entries(KIND) == ()


def test_an_authority_that_is_not_there_is_a_fault(home: Path, authority: TestAuthority) -> None:
    """Nobody listens, or the roots are no certificates: exit 3 and 2, with the next move."""
    gone = lakeproof(
        home, "log", "timestamp", "--url", "http://127.0.0.1:9/", "--roots", str(authority.roots)
    )
    assert (gone.code, "does not answer" in gone.err) == (3, True)
    wrong = stamp(home, authority, roots=home / "log" / "log.pub")
    assert (wrong.code, "no certificates in PEM" in wrong.err) == (2, True)


@pytest.mark.parametrize("damage", ["deleted", "changed"])
def test_a_damaged_stamp_file_is_named(home: Path, authority: TestAuthority, damage: str) -> None:
    """The file beside the checkpoint is held against the log's entry."""
    size = stamp(home, authority).json["size"]
    path = home / "log" / "stamps" / f"{size}.tsr"
    if damage == "deleted":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    said = lakeproof(home, "log", "verify")
    assert said.code == 1
    assert f"log/stamps/{size}.tsr is not the time stamp that entry {size} has" in said.out


def test_a_stamp_of_another_head_is_refused(home: Path, authority: TestAuthority) -> None:
    """A stamp answers for the bytes that were stamped, and for no others."""
    stamp(home, authority)
    genuine = kept(home)
    other = genuine.checkpoint + "x"
    with pytest.raises(Refused, match="does not hold"):
        check(Stamp(checkpoint=other, url="", roots=genuine.roots, response=genuine.response))
    with pytest.raises(Refused, match="does not hold"):
        check(Stamp(checkpoint=genuine.checkpoint, url="", roots=genuine.roots, response=b"\x30\x00"))


def test_an_edited_stamp_names_its_entry(home: Path, authority: TestAuthority) -> None:
    """The stamp in the log is a payload like any other; what it says is checked as well."""
    seq = stamp(home, authority).json["entry"]
    tamper(home, f"UPDATE log_payloads SET body = replace(body, 'MII', 'MIJ') WHERE seq = {seq}")
    said = lakeproof(home, "log", "verify")
    assert said.code == 1
    assert f"entry {seq}: its payload is not the one that its envelope states" in said.out
    assert said.out.count(f"entry {seq}: ") == 2
