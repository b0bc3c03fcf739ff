"""A change of keys is signed by both; changes make a chain, and where it breaks is said."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lineage.checkpoints import Checkpoint, open_checkpoint, sign, sign_note, verifier_key
from lineage.rotations import KeyChain, Rotation, log_name, open_rotation, sign_rotation, walk_keys

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(4)]
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = log_name(KEYS[0].public_key())


def vkey(key: Ed25519PrivateKey, origin: str = ORIGIN) -> str:
    return verifier_key(origin, key.public_key())


def rotated(seq: int, old: Ed25519PrivateKey, new: Ed25519PrivateKey, origin: str = ORIGIN) -> str:
    return sign_rotation(
        Rotation(origin=origin, seq=seq, old=vkey(old, origin), new=vkey(new, origin)), old, new
    )


def head(size: int, *keys: Ed25519PrivateKey) -> str:
    return sign(Checkpoint(origin=ORIGIN, size=size, root=bytes(32)), *keys)


CHANGES = [(10, rotated(10, KEYS[0], KEYS[1])), (20, rotated(20, KEYS[1], KEYS[2]))]


@pytest.fixture
def chain() -> KeyChain:
    found, breaks = walk_keys(CHANGES, newest=vkey(KEYS[2]))
    assert breaks == ()
    return found


def test_what_both_signed_is_a_rotation() -> None:
    """The statement says place, old and new key; signed by both it opens, and is no checkpoint."""
    note = rotated(10, KEYS[0], KEYS[1])
    assert open_rotation(note) == Rotation(origin=ORIGIN, seq=10, old=vkey(KEYS[0]), new=vkey(KEYS[1]))
    assert open_checkpoint(note, ORIGIN, KEYS[0].public_key()) is None


def test_what_one_of_them_did_not_sign_is_none() -> None:
    """Without either signature, with a stranger's, changed, or from a key to itself: no rotation."""
    stated = Rotation(origin=ORIGIN, seq=10, old=vkey(KEYS[0]), new=vkey(KEYS[1]))
    for signers in ([KEYS[0]], [KEYS[1]], [KEYS[0], STRANGER], [STRANGER, KEYS[1]], []):
        assert open_rotation(sign_note(stated.text, ORIGIN, *signers)) is None
    note = sign_rotation(stated, KEYS[0], KEYS[1])
    for forged in ("", "\n" * 9, head(3, KEYS[0]), note.replace("\n10\n", "\n11\n"), note[:-1]):
        assert open_rotation(forged) is None
    assert open_rotation(rotated(10, KEYS[0], KEYS[0])) is None


def test_heads_open_with_the_key_of_their_time(chain: KeyChain) -> None:
    """Each key signs heads up to the one with its successor's entry; the key in force vouches for earlier ones too."""
    for key, last in ((KEYS[0], 11), (KEYS[1], 21), (KEYS[2], 1000)):
        for size in (0, 5, last):
            assert chain.open(head(size, key)) == Checkpoint(origin=ORIGIN, size=size, root=bytes(32))
    assert chain.open(head(11, KEYS[1], KEYS[0])) is not None
    assert chain.newest == vkey(KEYS[2])


@pytest.mark.parametrize(("key", "last"), [(KEYS[0], 11), (KEYS[1], 21)])
def test_a_replaced_key_signs_no_more(chain: KeyChain, key: Ed25519PrivateKey, last: int) -> None:
    """A later head by a key that was replaced, stolen perhaps, does not open, and it can be said why."""
    assert chain.open(head(last + 1, key)) is None
    assert chain.retired(head(last + 1, key)) == last
    assert chain.retired(head(last, key)) is None


def test_a_stranger_opens_nothing(chain: KeyChain) -> None:
    """A key that is none of the chain signs no head, under whatever name."""
    assert chain.open(head(5, STRANGER)) is None
    assert chain.retired(head(5, STRANGER)) is None


@pytest.mark.parametrize(
    ("changes", "newest", "seq", "said"),
    [
        ([(10, "")], KEYS[0], 10, "not signed by both keys"),
        ([(11, CHANGES[0][1])], KEYS[1], 11, "is that of entry 10"),
        ([CHANGES[0], (20, rotated(20, STRANGER, KEYS[2]))], KEYS[2], 20, "does not start from the key"),
        ([CHANGES[0], (20, rotated(20, KEYS[0], KEYS[2]))], KEYS[2], 20, "does not start from the key"),
        (CHANGES, KEYS[1], None, "the key in force is not the one"),
        (CHANGES, STRANGER, None, "the key in force is not the one"),
        ([], STRANGER, None, "the first key is not the one"),
        ([(10, rotated(10, STRANGER, KEYS[1]))], KEYS[1], None, "the first key is not the one"),
        ([(10, rotated(10, KEYS[0], KEYS[1], "other/log"))], KEYS[1], 10, "of other/log"),
    ],
)
def test_where_the_chain_breaks_is_said(
    changes: list[tuple[int, str]], newest: Ed25519PrivateKey, seq: int | None, said: str
) -> None:
    """A change that was not signed, not here, not from the key in force; a key put in the last one's place."""
    _, breaks = walk_keys(changes, newest=vkey(newest))
    assert (breaks[0].seq, said in breaks[0].what) == (seq, True), breaks


def test_a_log_named_by_hand_binds_no_key() -> None:
    """Only a name made from the first key can tell that it is the first."""
    chain, breaks = walk_keys([], newest=vkey(STRANGER, "example.org/log"))
    assert (chain.origin, breaks) == ("example.org/log", ())
