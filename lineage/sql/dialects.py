"""What differs between the dialects of SQL when names are resolved. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sqlglot import exp


class Fold(Enum):
    """How names are compared."""

    NONE = "without case"
    LOWER = "lower case unless quoted"
    UPPER = "upper case unless quoted"


class Aliases(Enum):
    """Whether a clause sees the aliases of the SELECT list, and what wins over what."""

    HIDDEN = "columns only"
    AFTER_COLUMNS = "columns first"
    BEFORE_COLUMNS = "aliases first"
    EITHER = "either, when they come from the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """`name` is sqlglot's."""

    name: str
    fold: Fold = Fold.NONE
    beside: Aliases = Aliases.HIDDEN  # an alias used beside its definition in the SELECT list
    where: Aliases = Aliases.HIDDEN
    group: Aliases = Aliases.AFTER_COLUMNS
    recursive_unsaid: bool = False  # WITH may recurse without saying RECURSIVE
    value_before_name: bool = False  # the order of the columns that UNPIVOT makes

    def key(self, identifier: exp.Expr) -> str:
        """What an identifier of a statement is compared by."""
        quoted = bool(identifier.args.get("quoted"))
        return identifier.name if quoted and self.fold is not Fold.NONE else self.folded(identifier.name)

    def shown(self, identifier: exp.Expr) -> str:
        """The name that a column gets from an identifier."""
        return identifier.name if self.fold is Fold.NONE else self.key(identifier)

    def folded(self, name: str) -> str:
        return name.upper() if self.fold is Fold.UPPER else name.lower()

    def keys(self, names: list[str]) -> list[str]:
        """What the columns of a real table are compared by.

        A table none of whose names could be written without quotes was described by a producer that
        spells names its own way; then case tells nothing.
        """
        folded = [self.folded(name) for name in names]
        if self.fold is Fold.NONE or not any(one == two for one, two in zip(names, folded, strict=True)):
            return folded
        return names


_AFTER = Aliases.AFTER_COLUMNS
_SPARK = Dialect(name="spark", beside=_AFTER)
_KNOWN = (
    _SPARK,
    Dialect(name="databricks", beside=_AFTER),
    Dialect(name="hive"),
    Dialect(name="postgres", fold=Fold.LOWER),
    Dialect(name="redshift", beside=_AFTER),
    Dialect(name="snowflake", fold=Fold.UPPER, beside=_AFTER, where=_AFTER, recursive_unsaid=True),
    Dialect(name="bigquery", group=Aliases.EITHER, value_before_name=True),
    Dialect(name="trino"),
    Dialect(name="presto"),
    Dialect(name="athena"),
    Dialect(name="tsql", recursive_unsaid=True, value_before_name=True),
    Dialect(name="duckdb", beside=_AFTER, where=_AFTER, group=Aliases.EITHER),
    Dialect(name="mysql", group=Aliases.EITHER),
    Dialect(name="sqlite", where=Aliases.EITHER, group=Aliases.EITHER, recursive_unsaid=True),
    Dialect(name="oracle", fold=Fold.UPPER, group=Aliases.EITHER, recursive_unsaid=True),
)
DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in _KNOWN}
_OTHER_NAMES = {
    "sparksql": "spark",
    "spark_sql": "spark",
    "delta": "spark",
    "iceberg": "spark",
    "postgresql": "postgres",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "azuresql": "tsql",
    "synapse": "tsql",
    "awsathena": "athena",
    "prestodb": "presto",
    "mariadb": "mysql",
    "hiveserver2": "hive",
}


def dialect_named(text: str) -> Dialect | None:
    """The dialect that a sql facet or the scheme of a namespace names, or None."""
    name = text.strip().lower().replace("-", "")
    return DIALECTS.get(_OTHER_NAMES.get(name, name))
