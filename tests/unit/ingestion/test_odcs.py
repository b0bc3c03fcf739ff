"""A contract's file: the demo's is right, and every fault of a wrong one is told with its place."""

from pathlib import Path

import pytest

from ingestion.contract import Classification, LogicalType
from ingestion.errors import BrokenContract
from ingestion.odcs import parse_contract, read_contract
from lakeproof.demo.landing import applications
from tests.support.doors import CONTRACT

TEXT = CONTRACT.read_text()
LOANS = read_contract(CONTRACT)


def broken(*replacements: tuple[str, str]) -> str:
    """The message about the demo's contract with text replaced (first occurrence each)."""
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(BrokenContract) as told:
        parse_contract(text.encode(), name="loans.yaml")
    return told.value.message


def test_the_demos_contract_names_every_column_it_gets() -> None:
    """Its columns are those of the drops, in their order."""
    assert LOANS.header == tuple(applications()["2024-01"][0])


def test_no_protected_personal_or_outcome_column_is_a_feature() -> None:
    """Each column has one classification; these are the ones a model must never see, by name."""
    assert [column.name for column in LOANS.of(Classification.PERSONAL)] == [
        "applicant_name",
        "national_number",
    ]
    assert {column.name for column in LOANS.of(Classification.PROTECTED)} == {
        "black",
        "hispan",
        "white",
        "male",
        "married",
        "old",
    }
    assert {column.name for column in LOANS.of(Classification.OUTCOME)} == {"action", "reject", "approve"}
    features = {column.name for column in LOANS.of(Classification.FEATURE)}
    assert not features & {
        "min30",
        "vr",
        "bd",
        "mi",
        "typur",
        "review",
        "dep",
        "sch",
        "inson",
        "suffolk",
        "msa",
    }


def test_a_contract_becomes_values() -> None:
    """Types, requirement, rules in order, totals, targets, owner, delivery."""
    hrat = next(column for column in LOANS.columns if column.name == "hrat")
    assert (hrat.type, hrat.required, hrat.unique) == (LogicalType.NUMBER, True, False)
    assert [(rule.name, rule.says) for rule in hrat.rules] == [
        ("minimum", "must be at least 0"),
        ("maximum", "must be at most 100"),
    ]
    assert {column.name for column in LOANS.columns if column.total} == {
        "loanamt",
        "appinc",
        "atotinc",
        "price",
    }
    assert [str(target.table) for target in LOANS.targets] == [
        "bronze.quarantine",
        "bronze.applicants",
        "bronze.loan_applications",
    ]
    assert (LOANS.owner, LOANS.subject, LOANS.delivery.key) == (
        "lending-data",
        "national_number",
        "drop_month",
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "        required: true",
            "        requierd: true",
            "schema[0].properties[0]: Unevaluated properties",
        ),
        ("logicalType: date", "logicalType: time", "(applied_on): logicalType is 'time', not one of string"),
        ("identifier}", "secret}", "(application_id): classification is 'secret', not one of identifier"),
        ("kind: DataContract", "kind: Contract", 'kind: "Contract" is not'),
        ("version: 1.0.0\n", "", '"version" is a required property'),
        ("value: national_number", "value: price", "subject: 'price' is not one of the personal columns"),
        ("bronze.applicants", "Applicants", "targets.personal.table: 'Applicants' is not a table name"),
        ("bronze.applicants", "bronze.quarantine", "the three tables must differ"),
        ("date: applied_on", "date: price", "'price' is not one of the columns of type date"),
        ("(?P<drop_month>", "(", "it has no group (?P<drop_month>"),
        ("(?P<drop_month>", "((?P<drop_month>", "not a regular expression"),
        ("{not: {const: 666}}", "{not: 5}", "the rule stands-for-unknown is no JSON Schema"),
        ("engine: jsonschema", "engine: soda", "'stands-for-unknown' is not checked here"),
        (
            "        type: text",
            "        type: sql\n        query: q",
            "rules over whole tables are not checked",
        ),
        ("{minimum: 1, maximum: 3}", "{minimum: 1, format: i32}", "the option format of a integer is not"),
        ("  name: lending-data\n", "", "team.name: the owner is missing"),
        ("primaryKey: true\n        primaryKeyPosition: 1", "required: true", "'required' is given twice"),
        ("        primaryKey: true\n        primaryKeyPosition: 1\n", "", "be the primaryKey, 0 are"),
        ("      - name: occ\n", "      - name: loanamt\n", "'loanamt' is declared twice"),
        ("status: active", "status: active\nstatus: draft", "'status' is given twice"),
        ("kind: DataContract", "kind: [", "is not YAML"),
    ],
)
def test_a_fault_is_told_with_its_place(old: str, new: str, fault: str) -> None:
    """Whatever is wrong, the message holds where and what."""
    message = broken((old, new))
    assert fault in message


def test_every_fault_is_told_at_once() -> None:
    """Three faults in three places, one message."""
    message = broken(
        ("value: identifier}", "value: secret}"),
        ("logicalType: date", "logicalType: array"),
        ("team:\n", "teem:\n"),
    )
    assert "secret" in message and "array" in message and "teem" in message
    assert message.count(" | ") >= 4


def test_what_is_no_contract_at_all_is_told(tmp_path: Path) -> None:
    """A missing file, and a file of something else."""
    with pytest.raises(BrokenContract, match="cannot read the contract"):
        read_contract(tmp_path / "none.yaml")
    with pytest.raises(BrokenContract, match="a mapping was expected"):
        parse_contract(b"- a\n- b\n", name="list.yaml")
    with pytest.raises(BrokenContract, match="is a required property"):
        parse_contract(b"a: 1\n", name="other.yaml")
