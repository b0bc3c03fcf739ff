"""The vault of one machine: what is on disk, who may read it, what happens when a file is gone or foreign."""

import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lakehouse.errors import Erased, VaultUnusable
from lakehouse.vault import FileVault, in_batch

NAME = "bronze.applicants.applicant_name_enc"


@contextmanager
def opened(home: Path) -> Iterator[FileVault]:
    vault = FileVault.of_home(home)
    try:
        yield vault
    finally:
        vault.close()


def test_subjects_survive_a_restart(tmp_path: Path) -> None:
    """A vault opened again knows its people and reads what it encrypted."""
    with opened(tmp_path) as vault:
        ref = vault.reference("120-55-1")
        data, commitment = vault.encrypt(ref, NAME, b"Ann"), vault.commitment(ref)
    with opened(tmp_path) as vault:
        assert vault.reference("120-55-1") == ref
        assert vault.commitment(ref) == commitment
        assert vault.decrypt(ref, NAME, data) == b"Ann"


def test_a_home_may_be_moved(tmp_path: Path) -> None:
    """Nothing in the vault depends on where it lies."""
    (tmp_path / "a").mkdir()
    with opened(tmp_path / "a") as vault:
        ref = vault.reference("1")
    (tmp_path / "a").rename(tmp_path / "b")
    with opened(tmp_path / "b") as vault:
        assert vault.reference("1") == ref


def test_only_the_owner_may_read_keys(tmp_path: Path) -> None:
    """The master key, the vault and their folder are closed to others, and an opened one is refused."""
    with opened(tmp_path):
        modes = [
            stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("keys", "keys/vault.key", "vault.db")
        ]
    assert modes == [0o700, 0o600, 0o600]
    (tmp_path / "keys" / "vault.key").chmod(0o644)
    with pytest.raises(VaultUnusable, match="chmod 600"):
        FileVault.of_home(tmp_path)


def test_nothing_readable_is_in_the_file(tmp_path: Path) -> None:
    """Neither identifiers nor plaintext are anywhere on disk."""
    with opened(tmp_path) as vault:
        ref = vault.reference("120-55-1")
        vault.encrypt(ref, NAME, b"Ann Walker")
        written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"120-55-1" not in written
    assert b"Walker" not in written


def test_a_destroyed_key_is_gone_from_the_disk(tmp_path: Path) -> None:
    """Not in the database, not in its write-ahead log; and gone for whoever else has the vault open."""
    with opened(tmp_path) as vault, opened(tmp_path) as other:
        ref = vault.reference("120-55-1")
        (wrapped,) = vault._sql.execute("select wrapped from subject").fetchone()
        assert any(wrapped in path.read_bytes() for path in tmp_path.glob("vault.db*"))
        data = other.encrypt(ref, NAME, b"Ann")
        vault.destroy(ref)
        assert not any(wrapped in path.read_bytes() for path in tmp_path.glob("vault.db*"))
        with pytest.raises(Erased):
            other.decrypt(ref, NAME, data)


def test_a_lost_master_key_is_never_replaced(tmp_path: Path) -> None:
    """A vault without its master key refuses to open, rather than make a key that opens nothing."""
    with opened(tmp_path) as vault:
        vault.reference("1")
    key = tmp_path / "keys" / "vault.key"
    secret = key.read_bytes()
    key.unlink()
    with pytest.raises(VaultUnusable, match=r"keys/vault.key; restore it from a backup"):
        FileVault.of_home(tmp_path)
    for wrong, said in [(b"x" * 32, "not the one"), (b"short", "5 bytes instead of 32")]:
        key.write_bytes(wrong)
        key.chmod(0o600)
        with pytest.raises(VaultUnusable, match=said):
            FileVault.of_home(tmp_path)
    key.write_bytes(secret)
    with opened(tmp_path):
        pass


def test_a_broken_file_is_said_to_be_broken(tmp_path: Path) -> None:
    """Not a database: one clear message."""
    with opened(tmp_path):
        pass
    (tmp_path / "vault.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(VaultUnusable, match=r"vault\.db cannot be used"):
        FileVault.of_home(tmp_path)


def test_keys_swapped_between_subjects_are_noticed(tmp_path: Path) -> None:
    """A wrapped key is bound to its subject."""
    with opened(tmp_path) as vault:
        ref, other = vault.reference("1"), vault.reference("2")
        vault._sql.execute(
            "update subject set wrapped = (select wrapped from subject where subject_ref = ?)", (other,)
        )
        with pytest.raises(VaultUnusable, match=ref):
            vault.encrypt(ref, NAME, b"Ann")


def test_a_failed_batch_leaves_no_subject(tmp_path: Path) -> None:
    """All of a batch or nothing; the error is the caller's own."""
    with opened(tmp_path) as vault:
        lost = []

        def fail() -> None:
            with in_batch(vault):
                lost.append(vault.reference("1"))
                raise OSError("disk")

        with pytest.raises(OSError, match="disk"):
            fail()
        assert vault.reference("1") not in lost


def test_threads_and_processes_agree_on_a_person(tmp_path: Path) -> None:
    """Whoever meets a person first, all get the same reference."""
    found: list[set[str]] = []

    def meet() -> None:
        with opened(tmp_path) as vault:
            found.append({f"{number} {vault.reference(str(number))}" for number in range(10)})

    threads = [threading.Thread(target=meet) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(each == found[0] for each in found)
