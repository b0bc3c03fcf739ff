"""A data contract as values: columns with their rules, where the rows go, who owns them, how long they stay.

Nothing is read here; `ingestion.odcs` makes these values from a contract's file.
"""

from dataclasses import dataclass
from enum import StrEnum

from lineage.names import TableName


class Classification(StrEnum):
    """What a column is to the law and to a model. Only features may reach one."""

    IDENTIFIER = "identifier"
    PERSONAL = "personal"  # leaves plaintext at the door
    PROTECTED = "protected"
    OUTCOME = "outcome"
    FEATURE = "feature"
    REFERENCE = "reference"


class LogicalType(StrEnum):
    """The types of the Open Data Contract Standard that a CSV's column may have here."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a value must satisfy. `name` is the contract's or a JSON Schema keyword.

    `schema` is JSON Schema text. `says` is read by people: "at most 100", "666 stands for 'not known'".
    """

    name: str
    says: str
    schema: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the drop. `required`: never empty. `total`: summed in the control totals."""

    name: str
    type: LogicalType
    classification: Classification
    description: str = ""
    required: bool = False
    unique: bool = False
    total: bool = False
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A table the door writes to, and its retention class."""

    table: TableName
    retention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Which slice a drop is: what `pattern`'s group named `key` finds in the file's name.

    `key` is the tables' partition column. A row whose `date_column` does not start with what was found is not
    of this delivery.
    """

    key: str
    pattern: str
    date_column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One kind of drop. `sha256` is of its own file; its promises are those of the day `created`."""

    id: str
    name: str
    version: str
    sha256: str
    created: str
    owner: str
    description: str
    columns: tuple[Column, ...]
    delivery: Delivery
    rows: Target
    personal: Target
    quarantine: Target
    subject: str

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def targets(self) -> tuple[Target, ...]:
        """In the order they are written: a delivery counts as loaded once its rows are."""
        return (self.quarantine, self.personal, self.rows)

    @property
    def primary(self) -> Column:
        """The one unique column, which names a row."""
        return next(column for column in self.columns if column.unique)

    def of(self, *classes: Classification) -> tuple[Column, ...]:
        """The columns of these classifications, in order."""
        return tuple(column for column in self.columns if column.classification in classes)
