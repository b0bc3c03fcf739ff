"""Envelopes are canonical, and sealing gives places without gaps, rising times and the right tree."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalog.log.entry import Draft, Entry, Envelope
from catalog.log.sealing import Head, frontier_places, seal
from lineage.actors import Actor
from lineage.canonical import canonical, sha256
from lineage.merkle import Tree, leaf_hash
from lineage.times import render_moment

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ANNA = Actor(name="anna", authenticated=True)

texts = st.text(st.characters(codec="utf-8"), max_size=20)
moments = st.integers(0, 2**52).map(lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us))
envelopes = st.builds(
    Envelope,
    seq=st.integers(0, 2**53 - 1),
    event_id=texts,
    kind=texts,
    producer=texts,
    producer_seq=st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
    recorded_at=moments,
    actor=st.builds(Actor, name=texts, authenticated=st.booleans()),
    payload_sha256=texts,
    size=st.integers(0, 2**53 - 1),
)


def a_draft(number: int) -> Draft:
    return Draft(kind="note", event_id=str(number), actor=ANNA, payload=b"%d" % number)


@given(envelopes)
def test_envelope_bytes_are_rfc_8785(envelope: Envelope) -> None:
    """The quick canonicaliser writes what RFC 8785 asks for, whatever the texts hold."""
    assert envelope.to_bytes() == canonical(envelope.to_json())


def test_an_envelope_is_written_like_this() -> None:
    """The bytes of one envelope, literally: changing them would break every proof ever given."""
    [(entry, leaf)] = seal([a_draft(7)], Head(size=0, recorded_at=None, frontier={}), now=NOON).entries
    assert entry.envelope.to_bytes() == (
        b'{"actor":{"authenticated":true,"name":"anna"},"event_id":"7","kind":"note",'
        b'"payload_sha256":"7902699be42c8a8e46fbbb4501726517e86b22c56a189f7625a6da49081b2451",'
        b'"producer":"urn:lakeproof:catalog","producer_seq":null,'
        b'"recorded_at":"2026-03-04T12:00:00.000000Z","seq":0,"size":1}'
    )
    assert leaf == leaf_hash(entry.envelope.to_bytes())


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.data())
def test_sealing_in_any_portions_grows_one_tree(portions: list[int], data: st.DataObject) -> None:
    """However entries are grouped into commits: no gap, rising times, and the tree over their leaves."""
    tree = Tree()
    kept: dict[tuple[int, int], bytes] = {}
    entries: list[Entry] = []
    for portion in portions:
        frontier = {place: kept[place] for place in frontier_places(len(entries))}
        head = Head(
            size=len(entries), recorded_at=entries[-1].recorded_at if entries else None, frontier=frontier
        )
        now = NOON + timedelta(seconds=data.draw(st.integers(-3, 3)))
        sealed = seal([a_draft(len(entries) + each) for each in range(portion)], head, now=now)
        for entry, leaf in sealed.entries:
            kept[0, entry.seq] = leaf
            tree.append(leaf)
            entries.append(entry)
        kept |= {(level, position): digest for level, position, digest in sealed.nodes}
    assert [entry.seq for entry in entries] == list(range(len(entries)))
    times = [render_moment(entry.recorded_at) for entry in entries]
    assert times == sorted(set(times))
    assert all(kept[level, position] == tree.node(level, position) for level, position in kept)
    assert tree.root() == Tree([entry.envelope.leaf for entry in entries]).root()
    assert len(kept) == sum(len(entries) >> level for level in range(len(entries).bit_length()))


def test_the_payload_is_bound_by_digest_and_size() -> None:
    """An envelope states its payload's SHA-256 and length."""
    [(entry, _)] = seal([a_draft(41)], Head(size=0, recorded_at=None, frontier={}), now=NOON).entries
    assert (entry.envelope.payload_sha256, entry.envelope.size) == (sha256(b"41"), 2)
