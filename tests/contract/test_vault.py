"""What every vault promises, whichever keeps the keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lakehouse.errors import BadCiphertext, Erased, NoSuchSubject
from lakehouse.vault import FileVault, MemoryVault, Vault, in_batch

NAME = "bronze.applicants.applicant_name_enc"


@pytest.fixture(params=["memory", "file"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    """Each implementation in turn, empty."""
    if request.param == "memory":
        yield MemoryVault()
        return
    kept = FileVault.of_home(tmp_path)
    yield kept
    kept.close()


def test_a_person_keeps_the_reference(vault: Vault) -> None:
    """The same identifier finds the same subject; another identifier another one."""
    assert vault.reference("120-55-1") == vault.reference("120-55-1") != vault.reference("120-55-2")


def test_a_reference_says_nothing(vault: Vault) -> None:
    """It does not contain the identifier, nor depend on it: another vault gives another reference."""
    ref = vault.reference("120-55-1")
    assert "120-55-1" not in ref
    assert ref != MemoryVault().reference("120-55-1")


@pytest.mark.parametrize("plaintext", [b"", b"Ann", "Žofie".encode(), bytes(1000)])
def test_what_is_encrypted_comes_back(vault: Vault, plaintext: bytes) -> None:
    """Decryption inverts encryption, for empty values too."""
    ref = vault.reference("1")
    assert vault.decrypt(ref, NAME, vault.encrypt(ref, NAME, plaintext)) == plaintext


def test_the_same_text_gives_the_same_bytes_and_only_in_the_same_place(vault: Vault) -> None:
    """A reload is byte-identical; equal names of two persons, or in two columns, do not look equal."""
    ref, other = vault.reference("1"), vault.reference("2")
    here = vault.encrypt(ref, NAME, b"Ann")
    assert here == vault.encrypt(ref, NAME, b"Ann")
    assert (
        len(
            {
                here,
                vault.encrypt(other, NAME, b"Ann"),
                vault.encrypt(ref, "bronze.quarantine.row_enc", b"Ann"),
            }
        )
        == 3
    )


def test_bytes_moved_or_altered_are_refused(vault: Vault) -> None:
    """A ciphertext put under another person, in another column, or changed by a bit does not decrypt."""
    ref, other = vault.reference("1"), vault.reference("2")
    data = vault.encrypt(ref, NAME, b"Ann")
    flipped = data[:-1] + bytes([data[-1] ^ 1])
    for subject, context, ciphertext in [
        (other, NAME, data),
        (ref, "bronze.quarantine.row_enc", data),
        (ref, NAME, flipped),
        (ref, NAME, b""),
    ]:
        with pytest.raises(BadCiphertext):
            vault.decrypt(subject, context, ciphertext)


def test_a_destroyed_key_leaves_only_its_commitment(vault: Vault) -> None:
    """After erasure nothing decrypts or encrypts, the person is not found again, the commitment stays."""
    ref, other = vault.reference("1"), vault.reference("2")
    data, before = vault.encrypt(ref, NAME, b"Ann"), vault.commitment(ref)
    kept = vault.encrypt(other, NAME, b"Bob")
    vault.destroy(ref)
    vault.destroy(ref)
    with pytest.raises(Erased, match=ref):
        vault.decrypt(ref, NAME, data)
    with pytest.raises(Erased):
        vault.encrypt(ref, NAME, b"Ann")
    assert vault.commitment(ref) == before
    assert vault.reference("1") != ref
    assert vault.decrypt(other, NAME, kept) == b"Bob"


def test_commitments_differ_by_subject(vault: Vault) -> None:
    """64 hexadecimal digits, one value per subject."""
    refs = [vault.reference(str(number)) for number in range(5)]
    assert len({bytes.fromhex(vault.commitment(ref)) for ref in refs}) == len(refs)


def test_an_unknown_subject_is_said_to_be_unknown(vault: Vault) -> None:
    """Never known is not the same as erased."""
    for act in (vault.commitment, vault.destroy, lambda ref: vault.encrypt(ref, NAME, b"")):
        with pytest.raises(NoSuchSubject, match="s-nobody"):
            act("s-nobody")


def test_a_batch_gives_the_same_as_single_steps(vault: Vault) -> None:
    """Batching is a matter of speed only."""
    first = vault.reference("1")
    with in_batch(vault):
        assert vault.reference("1") == first
        second = vault.reference("2")
        data = vault.encrypt(second, NAME, b"Bob")
    assert vault.reference("2") == second
    assert vault.decrypt(second, NAME, data) == b"Bob"
