"""The log's tables. Rows are written once; triggers refuse changes, as a guard rail."""

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from catalog.base import Base, Whole, Words, code


class EntryRow(Base):
    """An envelope, column by column, and its leaf hash."""

    __tablename__ = "log_entries"
    __table_args__ = (
        Index("ux_log_entries_event", "kind", "event_id", unique=True),
        Index("ix_log_entries_kind", "kind", "seq"),
        Index("ix_log_entries_producer", "producer", "producer_seq"),
    )

    seq: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(Words)
    producer: Mapped[str] = mapped_column(Words)
    producer_seq: Mapped[int | None] = mapped_column(Whole)
    recorded_at: Mapped[str] = mapped_column(code(27), unique=True)
    actor: Mapped[str] = mapped_column(Words)
    authenticated: Mapped[bool] = mapped_column(Boolean)
    payload_sha256: Mapped[str] = mapped_column(code(64))
    size: Mapped[int] = mapped_column(Whole)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))


class PayloadRow(Base):
    """A payload's bytes as they came; apart from the envelope, so that one can go without the other."""

    __tablename__ = "log_payloads"

    seq: Mapped[int] = mapped_column(
        Whole, ForeignKey("log_entries.seq"), primary_key=True, autoincrement=False
    )
    body: Mapped[bytes] = mapped_column(LargeBinary)


class NodeRow(Base):
    """A complete inner node of the Merkle tree, level 1 and up; leaves are in the entries."""

    __tablename__ = "log_nodes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    level: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class CheckpointRow(Base):
    """A head of the log as it was signed and published: the note, by the number of entries."""

    __tablename__ = "log_checkpoints"

    size: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Words)


class ActorRow(Base):
    """Who may be authenticated. Projected from the log."""

    __tablename__ = "actors"

    name: Mapped[str] = mapped_column(Words, primary_key=True)
    role: Mapped[str] = mapped_column(Words)
    added_seq: Mapped[int] = mapped_column(Whole)


class TokenRow(Base):
    """A token by its SHA-256; the token itself is kept nowhere. Projected from the log."""

    __tablename__ = "actor_tokens"

    token_sha256: Mapped[str] = mapped_column(code(64), primary_key=True)
    name: Mapped[str] = mapped_column(Words, ForeignKey("actors.name"), index=True)
    issued_seq: Mapped[int] = mapped_column(Whole)
    revoked_seq: Mapped[int | None] = mapped_column(Whole)
