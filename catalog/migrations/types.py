"""The types of columns in migrations. Never changed once released: other types get other names."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TEXT, VARCHAR
from sqlalchemy.types import TypeEngine

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(TEXT(collation="C"), "postgresql")


def code(length: int) -> TypeEngine[str]:
    return sa.String(length).with_variant(VARCHAR(length, collation="C"), "postgresql")
