"""Encrypt what is personal before it is written anywhere, under the key of the person it is about."""

from ingestion.check import AcceptedRow, Checked, RejectedRow
from ingestion.contract import Classification, Contract
from ingestion.source import SourceFile
from ingestion.tables import SealedRejection, SealedRow, sealed_name
from lakehouse.vault import Vault
from lineage.canonical import canonical, sha256


def seal_rows(contract: Contract, checked: Checked, vault: Vault) -> tuple[SealedRow, ...]:
    """The accepted rows with their subjects and the ciphertexts of their personal columns."""
    return tuple(_seal_row(contract, row, vault) for row in checked.accepted)


def seal_rejections(
    contract: Contract, checked: Checked, file: SourceFile, vault: Vault
) -> tuple[SealedRejection, ...]:
    """The rejected rows, each whole as one ciphertext of its RFC 8785 JSON (column → text)."""
    return tuple(_seal_rejection(contract, row, file, vault) for row in checked.rejected)


def commitments_digest(subject_refs: set[str], vault: Vault) -> str:
    """SHA-256 over the subjects' key commitments, sorted, a line each: logs them without naming anyone."""
    return sha256("".join(f"{line}\n" for line in sorted(map(vault.commitment, subject_refs))).encode())


def _seal_row(contract: Contract, row: AcceptedRow, vault: Vault) -> SealedRow:
    subject = vault.reference(str(row.values[contract.subject]))
    sealed = {
        column.name: vault.encrypt(
            subject, f"{contract.personal.table}.{sealed_name(column.name)}", str(value).encode()
        )
        for column in contract.of(Classification.PERSONAL)
        if (value := row.values[column.name]) is not None
    }
    return SealedRow(accepted=row, subject_ref=subject, sealed=sealed)


def _seal_rejection(contract: Contract, row: RejectedRow, file: SourceFile, vault: Vault) -> SealedRejection:
    faulty = any(reason.column == contract.subject for reason in row.reasons)
    # A number that is none identifies nobody: such a row is a subject of its own.
    identifier = f"row:{file.sha256}:{row.row.number}" if faulty else row.text[contract.subject]
    subject = vault.reference(identifier)
    sealed = vault.encrypt(subject, f"{contract.quarantine.table}.row_enc", canonical(dict(row.text)))
    return SealedRejection(rejected=row, subject_ref=subject, sealed=sealed)
