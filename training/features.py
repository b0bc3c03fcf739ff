"""The features a mortgage model may use, each with its direction and cuts; and why the others stay out.

The directions and cuts are those of lending practice (28 and 36 per cent are the usual limits of housing cost and
of all obligations; 80, 90 and 95 the usual steps of loan to price). The fit may drop a cut whose points would run
against the direction; it cannot add one. The choice of columns was made with the whole study in view, so the
figures of the held-back months are somewhat kinder than those of a new lender's decisions would be.
"""

from dataclasses import dataclass
from enum import IntEnum


class Direction(IntEnum):
    """Which way the chance of approval may move as the value rises."""

    RISES = 1
    FALLS = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """`label` names it to people, `text` is the reason given when it cost points."""

    name: str
    direction: Direction
    cuts: tuple[float, ...]
    label: str
    text: str

    @property
    def worst(self) -> float:
        """A value of the worst bin: what a missing value counts as, for saying nothing must never help."""
        return self.cuts[0] if self.direction is Direction.RISES else self.cuts[-1] + 1.0


_YES = (0.5,)

FEATURES = (
    Feature(
        name="obrat",
        direction=Direction.FALLS,
        cuts=(30.0, 33.0, 36.0, 40.0, 45.0),
        label="all obligations in per cent of income",
        text="Obligations are high in relation to income",
    ),
    Feature(
        name="hrat",
        direction=Direction.FALLS,
        cuts=(25.0, 28.0, 33.0),
        label="housing expense in per cent of income",
        text="Housing expense is high in relation to income",
    ),
    Feature(
        name="loanprc",
        direction=Direction.FALLS,
        cuts=(0.6, 0.8, 0.9, 0.95),
        label="loan as a share of the purchase price",
        text="The loan is high in relation to the purchase price",
    ),
    Feature(
        name="netw",
        direction=Direction.RISES,
        cuts=(0.0, 50.0, 150.0),
        label="net worth in thousands",
        text="Net worth is low",
    ),
    Feature(
        name="liq",
        direction=Direction.RISES,
        cuts=(20.0, 50.0, 100.0),
        label="liquid assets in thousands",
        text="Liquid assets are low",
    ),
    Feature(
        name="pubrec",
        direction=Direction.FALLS,
        cuts=_YES,
        label="bankruptcy on public record",
        text="A bankruptcy is on public record",
    ),
    Feature(
        name="chist",
        direction=Direction.RISES,
        cuts=_YES,
        label="accounts free of delinquency of 60 days or more",
        text="Accounts were delinquent for 60 days or more",
    ),
    Feature(
        name="mortlat1",
        direction=Direction.FALLS,
        cuts=_YES,
        label="one or two late mortgage payments",
        text="One or two mortgage payments were late",
    ),
    Feature(
        name="mortlat2",
        direction=Direction.FALLS,
        cuts=_YES,
        label="more than two late mortgage payments",
        text="More than two mortgage payments were late",
    ),
    Feature(
        name="unver",
        direction=Direction.FALLS,
        cuts=_YES,
        label="information that could not be verified",
        text="Some information could not be verified",
    ),
    Feature(
        name="self",
        direction=Direction.FALLS,
        cuts=_YES,
        label="self-employment",
        text="Income from self-employment is less certain",
    ),
    Feature(
        name="cosign",
        direction=Direction.RISES,
        cuts=_YES,
        label="a cosigner",
        text="There is no cosigner",
    ),
)

NAMES = tuple(feature.name for feature in FEATURES)
PROTECTED = ("black", "hispan", "white", "male", "married", "old")
OUTCOMES = ("approve", "reject", "action")

#: Columns of the study that no model here uses, and why.
LEFT_OUT = {
    **dict.fromkeys(PROTECTED, "a protected characteristic: read by the evaluation only"),
    **dict.fromkeys(OUTCOMES, "the outcome itself"),
    "min30": "share of minorities in the tract: a proxy of race",
    "vr": "vacancy rate of the tract: about the place, and a proxy of race",
    "bd": "boarded-up buildings of the tract: about the place, and a proxy of race",
    "mi": "median income of the tract: about the place, and a proxy of race",
    "suffolk": "county of the property: about the place, and a proxy of race",
    "typur": "who bought the loan: known only after it was approved",
    "inson": "whether mortgage insurance was approved: decided while the application was",
    "inss": "whether mortgage insurance was sought: asked for by the lender while deciding",
    "review": "how often the file was reviewed: a trace of the decision, with 999 for unknown",
    "gdlin": "the underwriter's verdict on the credit history: nearly the outcome, 666 for unknown",
    "dep": "number of dependants: family status",
    "sch": "years of schooling: a proxy of age and origin, and no measure of ability to pay",
    "emp": "years in the line of work: a proxy of age, coded 0 for most",
    "yjob": "years at this job: a proxy of age",
    "unem": "unemployment of the industry: about others, not about the applicant",
    "appinc": "income: contained in obrat and hrat",
    "atotinc": "income: contained in obrat and hrat",
    "cototinc": "income of a co-applicant: contained in obrat and hrat, a proxy of marital status",
    "hexp": "housing expense: contained in hrat",
    "loanamt": "amount: contained in loanprc",
    "price": "price: contained in loanprc",
    "apr": "appraised value: nearly the price, with implausible values",
    "other": "other financing: nearly always 0, up to 1020 for unclear reasons",
    "cons": "graded consumer credit history: graded by the lender; chist states the fact behind it",
    "mortg": "graded mortgage history: graded by the lender; mortlat1 and mortlat2 state the facts",
    "mortno": "no mortgage history: follows from first-time buying, a proxy of age",
    "mortperf": "no late mortgage payments: the complement of mortlat1, mortlat2 and mortno",
    "lines": "number of credit lines: implausible values, and no clear direction",
    "rep": "number of credit reports: a trace of the lender's enquiries",
    "thick": "more than two credit reports: a trace of the lender's enquiries",
    "term": "term in months: implausible values, nearly always 360",
    "fixadj": "fixed or adjustable rate: chosen with the lender",
    "unit": "units of the property: nearly always 1",
    "multi": "two or more units: about the property, collinear with its price",
    "prop": "type of property: no clear direction",
    "occ": "occupancy: nearly always 1",
    "gift": "gift as down payment: contained in liq and netw",
    "msa": "one value for all",
}
