"""Whether a request is meant for this machine: by the name it asks for, and by the page it comes from. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from lineage.errors import Denied


def require_local(headers: Mapping[str, str]) -> None:
    """Raises Denied when the request names another host than this machine, or comes from a page of another."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if not _names_loopback(host):
        raise Denied(
            f"the host '{host}' is not this machine",
            next_move="ask at http://127.0.0.1 or http://localhost, or send Authorization: Bearer TOKEN",
        )
    if origin is not None and origin.lower() not in {f"http://{host}".lower(), f"https://{host}".lower()}:
        raise Denied(
            f"a page of '{origin}' may not use the record",
            next_move="send the request from a program, or with Authorization: Bearer TOKEN",
        )


@lru_cache(maxsize=256)
def _names_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
