"""What a file may do to its slice."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.delivery import Add, Replace, Runs, Settled, Taken, decide, delivery_key
from ingestion.errors import UnknownDelivery
from ingestion.source import SourceFile
from lineage.names import RunId
from tests.unit.ingestion.contracts import CONTRACT

FIRST, CORRECTION, OTHER = (RunId(UUID(int=number)) for number in (1, 2, 3))
RUNS = Runs(first=FIRST, correction=CORRECTION)
STATES = st.tuples(
    st.frozensets(st.sampled_from([str(FIRST), str(CORRECTION), str(OTHER)])),
    st.frozensets(st.sampled_from([FIRST, CORRECTION])),
)


def test_a_file_is_known_by_its_bytes() -> None:
    """The same bytes give the same two runs, whatever the file is called; other bytes give others."""
    one, same, other = (
        Runs.of(CONTRACT, SourceFile(name=name, content=b"", sha256=digest))
        for name, digest in (("a", "1" * 64), ("b", "1" * 64), ("a", "2" * 64))
    )
    assert one == same
    assert len({one.first, one.correction, other.first, other.correction}) == 4


def test_the_files_name_says_which_delivery_it_is() -> None:
    """By the contract's pattern; a name that does not match is refused with the pattern."""
    assert delivery_key(CONTRACT, "loans_2024-03.csv") == "2024-03"
    with pytest.raises(UnknownDelivery, match=r"rename it to match"):
        delivery_key(CONTRACT, "march.csv")


@pytest.mark.parametrize(
    ("holders", "committed", "correcting", "expected"),
    [
        (set(), set(), False, Add(run=FIRST)),
        ({FIRST}, {FIRST}, False, Add(run=FIRST)),
        ({FIRST}, {FIRST}, True, Add(run=FIRST)),
        ({OTHER}, set(), True, Replace(run=CORRECTION)),
        ({OTHER, CORRECTION}, {CORRECTION}, True, Replace(run=CORRECTION)),
        ({OTHER, CORRECTION}, {CORRECTION}, False, Replace(run=CORRECTION)),
        ({CORRECTION}, {CORRECTION}, False, Replace(run=CORRECTION)),
        ({OTHER}, {FIRST}, True, Replace(run=CORRECTION)),
        ({OTHER}, {FIRST}, False, Settled(run=FIRST)),
        ({OTHER}, {CORRECTION}, False, Settled(run=CORRECTION)),
    ],
)
def test_what_may_be_done_is_done(
    holders: set[RunId], committed: set[RunId], correcting: bool, expected: Add | Replace | Settled
) -> None:
    """A free slice is added to, a held one replaced on purpose, a begun load taken up, a past one left."""
    assert (
        decide(RUNS, holders=set(map(str, holders)), committed=committed, correcting=correcting) == expected
    )


@given(STATES)
def test_nothing_is_replaced_without_a_reason(state: tuple[frozenset[str], frozenset[RunId]]) -> None:
    """Without --correction, rows of another file go only if this file's correction had begun already."""
    holders, committed = state
    intent = decide(RUNS, holders=holders, committed=committed, correcting=False)
    if holders - {str(FIRST)} and isinstance(intent, Add | Replace):
        assert intent == Replace(run=CORRECTION) and CORRECTION in committed


@given(STATES)
def test_a_correction_is_applied_once(state: tuple[frozenset[str], frozenset[RunId]]) -> None:
    """Once replaced by others, the same bytes are refused, and the refusal leaves the first record alone."""
    holders, committed = state
    intent = decide(RUNS, holders=holders, committed=committed, correcting=True)
    if str(OTHER) in holders and CORRECTION in committed and str(CORRECTION) not in holders:
        assert isinstance(intent, Taken) and intent.recorded


@given(STATES, st.booleans())
def test_a_refusal_never_reuses_the_id_of_a_run_with_commits(
    state: tuple[frozenset[str], frozenset[RunId]], correcting: bool
) -> None:
    """Otherwise the record would say that a run which wrote has failed."""
    holders, committed = state
    intent = decide(RUNS, holders=holders, committed=committed, correcting=correcting)
    if isinstance(intent, Taken) and intent.run in committed and holders:
        assert intent.recorded
