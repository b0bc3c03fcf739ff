"""How the members of a pack are named. Known to who builds a pack and to who verifies it."""

FORMAT = "lakeproof-pack/1"
RECEIPT_FORMAT = "lakeproof-receipt/1"
MANIFEST = "manifest.json"
REPORT = "report.pdf"
ANSWER = "answer.json"
CHECKPOINT = "checkpoint"
LOG_KEY = "log.pub"
LOG_KEYS = "log.keys.json"
PREDICTION = "prediction.json"
PREDICTION_PROOF = "prediction.proof.json"
README = "README.txt"
VERIFIER = "verify.py"


def event(seq: int) -> str:
    """The payload of a log entry, its bytes as they were received."""
    return f"events/{seq}.json"


def envelope(seq: int) -> str:
    """The envelope of a log entry: the very bytes that the log's tree has as a leaf."""
    return f"envelopes/{seq}.json"


def proof(seq: int) -> str:
    """That the envelope stands in the log whose head the checkpoint signs (C2SP tlog-proof)."""
    return f"proofs/{seq}.tlog-proof"


def table(name: str) -> str:
    """A table of the answer as CSV."""
    return f"tables/{name}.csv"


def table_manifest(table_name: str, version: int) -> str:
    """The manifest of a pinned table version, as the log has it."""
    return f"manifests/{table_name}.{version}.json"


def receipt(pack: str) -> str:
    """The file beside a pack, from the pack's own file name."""
    return f"{pack.removesuffix('.zip')}.receipt.json"
