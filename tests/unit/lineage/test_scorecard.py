"""Claims about scorecards: what a score is made of, and what a reason may say."""

import json
import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.canonical import Json
from lineage.errors import BadInput
from lineage.scorecard import MOST_REASONS, BinnedFeature, Decision, Scorecard, Value

_points = st.floats(min_value=-200, max_value=200, allow_nan=False)
_cuts = st.lists(st.floats(min_value=-1e6, max_value=1e6), max_size=5, unique=True).map(sorted)
_names = ("obrat", "hrat", "loanprc", "netw", "pubrec", "unver")
_values = st.one_of(
    st.none(), st.just(math.nan), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
)
_applications = st.fixed_dictionaries(dict.fromkeys(_names, _values))


@st.composite
def _features(draw: st.DrawFn, name: str, *, falling: bool = False) -> BinnedFeature:
    cuts = tuple(draw(_cuts))
    points = draw(st.lists(_points, min_size=len(cuts) + 1, max_size=len(cuts) + 1))
    if falling:
        points.sort(reverse=True)
    return BinnedFeature(
        name=name, label=name, text=f"{name} costs", cuts=cuts, points=tuple(points), missing=draw(_points)
    )


@st.composite
def _cards(draw: st.DrawFn) -> Scorecard:
    used = draw(st.lists(st.sampled_from(_names), unique=True, min_size=1))
    return Scorecard(
        start=draw(_points),
        even=500.0,
        doubling=20.0,
        approve_at=draw(st.floats(min_value=0, max_value=1)),
        features=tuple(draw(_features(name)) for name in used),
    )


@given(_cards(), _applications)
def test_a_score_is_the_sum_of_its_points(card: Scorecard, application: Mapping[str, Value]) -> None:
    """The points of an application are the card's start and what each feature's bin gives, nothing else."""
    parts = card.contributions(application)
    scored = card.score(application)
    assert [part.feature for part in parts] == list(card.names)
    assert math.isclose(scored.points, card.start + sum(part.points for part in parts), abs_tol=1e-9)
    assert scored.score == card.probability(scored.points)
    assert 0.0 <= scored.score <= 1.0
    assert (scored.decision is Decision.APPROVE) == (scored.score >= card.approve_at)


@given(_cards(), _applications)
def test_reasons_name_only_features_of_the_card(card: Scorecard, application: Mapping[str, Value]) -> None:
    """Reasons are at most four features the card uses, each once, that lost points, most first."""
    reasons = card.score(application).reasons
    lost = {part.feature: part.lost for part in card.contributions(application)}
    assert len(reasons) <= MOST_REASONS
    assert {reason.feature for reason in reasons} <= set(card.names)
    assert len({reason.feature for reason in reasons}) == len(reasons)
    assert all(reason.points_lost == lost[reason.feature] > 0 for reason in reasons)
    assert [r.points_lost for r in reasons] == sorted((r.points_lost for r in reasons), reverse=True)
    left = [points for name, points in lost.items() if name not in {reason.feature for reason in reasons}]
    assert not any(points > reason.points_lost for points in left for reason in reasons)


@given(
    _features("obrat", falling=True),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_monotone_points_make_a_monotone_score(feature: BinnedFeature, one: float, other: float) -> None:
    """Where points fall with the value, a higher value never scores higher."""
    card = Scorecard(start=0.0, even=0.0, doubling=20.0, approve_at=0.5, features=(feature,))
    low, high = sorted((one, other))
    assert card.score({"obrat": low}).score >= card.score({"obrat": high}).score


@given(_cards())
def test_a_card_comes_back_from_json_as_it_went(card: Scorecard) -> None:
    """A card written as JSON text and read again is the same value."""
    assert Scorecard.from_json(json.loads(json.dumps(card.to_json()))) == card


def _card() -> Scorecard:
    obrat = BinnedFeature(
        name="obrat",
        label="obligations as a share of income",
        text="Obligations are high in relation to income",
        cuts=(36.0, 40.0),
        points=(10.0, 4.0, -20.0),
        missing=-5.0,
    )
    return Scorecard(start=500.0, even=500.0, doubling=20.0, approve_at=0.5, features=(obrat,))


@pytest.mark.parametrize(
    ("value", "points", "bin_text"),
    [
        (36.0, 510.0, "≤ 36"),
        (36.1, 504.0, "36 – 40"),
        (40, 504.0, "36 – 40"),
        (41, 480.0, "> 40"),
        (None, 495.0, "missing"),
        (math.nan, 495.0, "missing"),
    ],
)
def test_a_cut_belongs_to_the_bin_below_it(value: Value, points: float, bin_text: str) -> None:
    """A value equal to a cut lies below it; a missing value has a bin of its own."""
    assert _card().score({"obrat": value}).points == points
    assert _card().contributions({"obrat": value})[0].bin == bin_text


def test_twenty_points_double_the_odds() -> None:
    """At even points the odds are 1:1, one doubling above they are 2:1."""
    assert _card().probability(500.0) == 0.5
    assert math.isclose(_card().probability(520.0), 2 / 3)
    assert _card().probability(-1e9) == pytest.approx(0.0)


def test_a_missing_value_is_a_reason_of_its_own() -> None:
    """A missing value that costs points is named as missing, not as bad."""
    (reason,) = _card().score({"obrat": None}).reasons
    assert reason.text == "No information about: obligations as a share of income"


def test_an_absent_or_wrong_feature_is_refused() -> None:
    """What cannot be scored says which feature and what is wrong with it."""
    with pytest.raises(BadInput, match="obrat is absent"):
        _card().score({})
    with pytest.raises(BadInput, match="obrat is 'much'"):
        _card().score({"obrat": "much"})  # type: ignore[dict-item]
    with pytest.raises(BadInput, match="obrat is inf"):
        _card().score({"obrat": math.inf})


def _with_feature(**change: list[float]) -> dict[str, Json]:
    feature: dict[str, Json] = {
        "name": "obrat",
        "label": "obligations",
        "text": "Obligations are high",
        "cuts": [36.0, 40.0],
        "points": [10.0, 4.0, -20.0],
        "missing": -5.0,
    }
    return {"features": [{**feature, **change}]}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("$.scorecard", {"scorecard": 2}),
        ("$.start", {"start": "many"}),
        ("$.features", {"features": None}),
        ("$.features[0].points", _with_feature(points=[1.0])),
        ("$.features[0].cuts", _with_feature(cuts=[40.0, 36.0])),
    ],
)
def test_a_broken_card_is_refused_with_its_path(path: str, change: dict[str, Json]) -> None:
    """A card that is not whole says where."""
    with pytest.raises(BadInput) as refusal:
        Scorecard.from_json({**_card().to_json(), **change})
    assert path in refusal.value.message
