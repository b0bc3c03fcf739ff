"""A small contract for tests: an id, a day, a person, an amount, a grade, a note."""

import json

from ingestion.contract import Classification, Column, Contract, Delivery, LogicalType, Rule, Target
from ingestion.source import RawRow, RawTable
from lineage.names import TableName


def rule(name: str, says: str, **schema: object) -> Rule:
    return Rule(name=name, says=says, schema=json.dumps(schema))


ID = Column(
    name="id", type=LogicalType.STRING, classification=Classification.IDENTIFIER, required=True, unique=True
)
DAY = Column(name="day", type=LogicalType.DATE, classification=Classification.REFERENCE, required=True)
PERSON = Column(
    name="person",
    type=LogicalType.STRING,
    classification=Classification.PERSONAL,
    required=True,
    rules=(rule("pattern", "must be eight digits", pattern="^[0-9]{8}$"),),
)
AMOUNT = Column(
    name="amount",
    type=LogicalType.NUMBER,
    classification=Classification.FEATURE,
    required=True,
    total=True,
    rules=(
        rule("minimum", "must be at least 0", minimum=0),
        rule("round", "must be a whole multiple of ten", multipleOf=10),
    ),
)
GRADE = Column(
    name="grade",
    type=LogicalType.INTEGER,
    classification=Classification.OUTCOME,
    rules=(rule("enum", "must be one of 1, 2", enum=[1, 2]),),
)
COLUMNS = (ID, DAY, PERSON, AMOUNT, GRADE)

CONTRACT = Contract(
    id="urn:test:loans",
    name="loans",
    version="1.0.0",
    sha256="0" * 64,
    created="2024-01-01",
    owner="lending",
    description="Loans",
    columns=COLUMNS,
    delivery=Delivery(key="month", pattern=r"^loans_(?P<month>\d{4}-\d{2})\.csv$", date_column="day"),
    rows=Target(table=TableName(schema="bronze", table="loans"), retention="decision"),
    personal=Target(table=TableName(schema="bronze", table="people"), retention="identity"),
    quarantine=Target(table=TableName(schema="bronze", table="loans_quarantine"), retention="identity"),
    subject="person",
)

GOOD = {"id": "L-1", "day": "2024-03-05", "person": "12345678", "amount": "1.2e2", "grade": "1"}


def table(*rows: dict[str, str], header: tuple[str, ...] = CONTRACT.header) -> RawTable:
    """Rows as a parsed drop; what a row leaves out is as in GOOD."""
    return RawTable(
        header=header,
        rows=tuple(
            RawRow(number=number, line=number + 1, cells=tuple({**GOOD, **row}[name] for name in header))
            for number, row in enumerate(rows, start=1)
        ),
    )
