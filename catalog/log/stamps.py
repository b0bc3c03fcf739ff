"""Time stamps of signed heads (RFC 3161): what is asked of an authority, and whether its answer holds.

Nothing is sent or stored here. A stamp says: this head was there at that time, by a clock that is not ours.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate, load_pem_x509_certificates

from lineage.canonical import Json
from lineage.errors import BadInput, Refused

#: The kind of entry that keeps a stamp.
KIND = "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """An authority's answer (DER TimeStampResp) about a signed head, with the roots (PEM) that it was trusted under."""

    checkpoint: str
    url: str
    roots: str
    response: bytes

    def to_json(self) -> dict[str, Json]:
        return {
            "checkpoint": self.checkpoint,
            "url": self.url,
            "roots": self.roots,
            "response": base64.b64encode(self.response).decode(),
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Stamp":
        """The stamp in an entry's payload. Raises Refused when there is none."""
        try:
            response = base64.b64decode(body["response"], validate=True)
            texts = {name: body[name] for name in ("checkpoint", "url", "roots")}
        except (LookupError, TypeError, binascii.Error) as error:
            raise Refused("its time stamp cannot be read") from error
        if not all(isinstance(text, str) for text in texts.values()):
            raise Refused("its time stamp cannot be read")
        return cls(response=response, **texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """When, by the authority's clock, and by whose: the root's SHA-256, to be compared with one had from elsewhere."""

    at: datetime
    root_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to send (DER TimeStampReq), and the number that the answer must repeat."""

    data: bytes
    nonce: int | None


def query_for(checkpoint: str) -> Query:
    """The question for a stamp of a signed head."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(checkpoint.encode()).hash_algorithm(HashAlgorithm.SHA256)
    asked = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return Query(data=asked.as_bytes(), nonce=asked.nonce)


def check(stamp: Stamp, *, nonce: int | None = None) -> Stamped:
    """What the stamp says, if it is of this head and by an authority under its roots. Raises Refused."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    roots = certificates(stamp.roots)
    try:
        answer = decode_timestamp_response(stamp.response)
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(
            answer, stamp.checkpoint.encode()
        )
        at = answer.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        raise Refused(f"its time stamp does not hold: {error}") from error
    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Stamped(at=moment, root_sha256=roots[0].fingerprint(SHA256()).hex())


def certificates(pem: str) -> tuple[Certificate, ...]:
    """The certificates in a PEM text. Raises BadInput when there are none."""
    try:
        return tuple(load_pem_x509_certificates(pem.encode()))
    except ValueError as error:
        raise BadInput(
            "the authority's roots are no certificates in PEM",
            next_move="take the file that the authority publishes",
        ) from error
