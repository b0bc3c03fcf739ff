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
    open_note,
    parse_verifier_key,
    sign,
    sign_note,
    verifier_key,
)

# From c2sp.org/signed-note: a verifier key and its signature of a text.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_SIGNATURE = (
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
)

# From the tests of the format's first implementation, Go's sumdb/note: key, text, note.
GO_KEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_NOTE = f"""{GO_TEXT}
\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""

# A head that a log in the world signed: Go's checksum database, in January 2023.
WORLD_VKEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
WORLD_TEXT = "go.sum database tree\n15081221\nBoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n"
WORLD_NOTE = f"""{WORLD_TEXT}
\N{EM DASH} sum.golang.org Az3grilD7vQqTrv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+C8j0jGY1WnUADGMkok3U0m2Zgo=
"""

# From c2sp.org/tlog-checkpoint: the body of its example.
SPEC_BODY = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

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


def test_a_note_is_signed_as_the_first_implementation_signs_it() -> None:
    """Ed25519 is deterministic: the same key and text give the very bytes that Go's sumdb/note gives."""
    named = parse_verifier_key(GO_VKEY)
    assert named is not None
    seed = base64.b64decode(GO_KEY)[1:]
    assert sign_note(GO_TEXT, "PeterNeumann", Ed25519PrivateKey.from_private_bytes(seed)) == GO_NOTE
    assert open_note(GO_NOTE, *named) == GO_TEXT
    assert open_note(GO_NOTE.replace("cryptography", "cryptographY"), *named) is None


def test_a_head_signed_in_the_world_opens() -> None:
    """The note of another log opens with that log's key, and not under another name or key."""
    named = parse_verifier_key(WORLD_VKEY)
    assert named is not None
    assert open_note(WORLD_NOTE, *named) == WORLD_TEXT
    assert open_note(WORLD_NOTE.replace("15081221", "15081222"), *named) is None
    assert open_note(WORLD_NOTE, "sum.example.org", named[1]) is None
    assert open_note(WORLD_NOTE, "sum.golang.org", KEY.public_key()) is None


def test_the_specifications_checkpoint_is_read() -> None:
    """The example of the checkpoint's specification, signed by a key of ours, says name, size and root."""
    note = sign_note(SPEC_BODY, "example.com/behind-the-sofa", KEY)
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    head = Checkpoint(origin="example.com/behind-the-sofa", size=20852163, root=root)
    assert open_checkpoint(note, head.origin, KEY.public_key()) == head
    assert head.text == SPEC_BODY
    extended = sign_note(SPEC_BODY + "an extension\n", head.origin, KEY)
    assert open_checkpoint(extended, head.origin, KEY.public_key()) == head


def test_a_head_signed_by_two_keys_opens_with_either() -> None:
    """Around a change of keys old and new sign one head; whoever knows one of them can open it."""
    note = sign(HEAD, KEY, OTHER)
    assert note.count("\N{EM DASH}") == 2
    for key in (KEY, OTHER):
        assert open_checkpoint(note, HEAD.origin, key.public_key()) == HEAD


def test_one_bad_signature_of_a_known_key_spoils_the_note() -> None:
    """A good and a bad signature by the same key: somebody has been at it."""
    bad = sign(Checkpoint(origin=HEAD.origin, size=8, root=HEAD.root), KEY).split("\n")[4]
    assert open_checkpoint(sign(HEAD, KEY) + bad + "\n", HEAD.origin, KEY.public_key()) is None


@pytest.mark.parametrize(
    "text", [HEAD.text + "tab\there\n", HEAD.text + "\x1b[31m\n", HEAD.text + "x" * 2**20]
)
def test_notes_that_the_format_forbids_do_not_open(text: str) -> None:
    """Control characters, or a size beyond all measure, make no note, however well it is signed."""
    assert open_note(sign_note(text, HEAD.origin, KEY), HEAD.origin, KEY.public_key()) is None


def test_sixteen_witnesses_are_not_too_many() -> None:
    """A note opens with sixteen signatures of others before its own."""
    line = sign(Checkpoint(origin="witness", size=1, root=bytes(32)), OTHER).split("\n")[4]
    text, own = sign(HEAD, KEY).split("\n\n")
    note = f"{text}\n\n" + f"{line}\n" * 16 + own
    assert open_checkpoint(note, HEAD.origin, KEY.public_key()) == HEAD


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
