"""Signed notes against the vectors of the C2SP specifications, and against forgery."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lineage.checkpoints import (
    Checkpoint,
    key_id,
    open_checkpoint,
    parse_verifier_key,
    sign,
    verifier_key,
)

# From c2sp.org/signed-note: a verifier key and its signature of a text.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_SIGNATURE = (
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
HEAD = Checkpoint(origin="lakeproof.test/log", size=7, root=bytes(range(32)))


def test_the_specifications_key_is_understood() -> None:
    """Key id and signature of the specification's example verify with what we parse from its vkey."""
    parsed = parse_verifier_key(SPEC_VKEY)
    assert parsed is not None
    name, public_key = parsed
    signature = base64.b64decode(SPEC_SIGNATURE)
    assert key_id(name, public_key) == signature[:4] == bytes.fromhex("530d903a")
    public_key.verify(signature[4:], b"This is an example message.\n")
    assert verifier_key(name, public_key) == SPEC_VKEY


def test_a_checkpoint_has_the_specified_shape() -> None:
    """Three lines, an empty one, and a signature line that opens with an em dash."""
    lines = sign(HEAD, KEY).split("\n")
    assert lines[:4] == ["lakeproof.test/log", "7", base64.b64encode(HEAD.root).decode(), ""]
    assert lines[4].startswith("\N{EM DASH} lakeproof.test/log ")
    assert lines[5:] == [""]


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_what_was_signed_opens(size: int, root: bytes) -> None:
    """Signing and opening is the identity."""
    head = Checkpoint(origin="lakeproof.test/log", size=size, root=root)
    assert open_checkpoint(sign(head, KEY), head.origin, KEY.public_key()) == head


def test_a_witness_may_sign_too() -> None:
    """A second signature line by a key we do not know changes nothing."""
    witness = sign(Checkpoint(origin="witness", size=1, root=bytes(32)), OTHER).split("\n")[4]
    assert open_checkpoint(sign(HEAD, KEY) + witness + "\n", HEAD.origin, KEY.public_key()) == HEAD


@given(st.data())
def test_a_changed_byte_does_not_open(data: st.DataObject) -> None:
    """Whichever character is changed, the note no longer opens as a checkpoint of this log and key."""
    note = sign(HEAD, KEY)
    at = data.draw(st.integers(0, len(note) - 1))
    char = data.draw(st.characters(codec="utf-8").filter(lambda char: char != note[at]))
    forged = note[:at] + char + note[at + 1 :]
    assert open_checkpoint(forged, HEAD.origin, KEY.public_key()) is None


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        HEAD.text,
        HEAD.text + "\n",
        sign(HEAD, KEY)[:-1],
        sign(HEAD, OTHER),
        sign(Checkpoint(origin="another/log", size=7, root=HEAD.root), KEY),
        sign(HEAD, KEY).replace("\n7\n", "\n07\n"),
    ],
)
def test_what_is_not_a_checkpoint_of_ours_is_none(note: str) -> None:
    """Unsigned, cut, foreign or oddly written notes are no checkpoints; none raises."""
    assert open_checkpoint(note, HEAD.origin, KEY.public_key()) is None


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_name_that_breaks_the_format_is_refused(name: str) -> None:
    """Such an origin would make a note that reads as another."""
    with pytest.raises(ValueError, match="cannot name a log"):
        sign(Checkpoint(origin=name, size=0, root=bytes(32)), KEY)


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", SPEC_VKEY.replace("530d903a", "530d903b")])
def test_what_is_not_a_verifier_key_is_none(text: str) -> None:
    """A vkey whose id does not fit its key is none."""
    assert parse_verifier_key(text) is None
