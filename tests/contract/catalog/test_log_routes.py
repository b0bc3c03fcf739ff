"""Over HTTP the log gives all that checking it needs, and what it gives checks out with the public key alone."""

import base64
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from catalog.catalog import Catalog
from catalog.routes import routes
from lineage.checkpoints import Checkpoint, open_checkpoint, parse_verifier_key
from lineage.merkle import leaf_hash, root, verify_consistency, verify_inclusion
from tests.support.record import take_notes

ENTRIES = 300


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service whose log nobody adds to."""
    with Catalog.open(tmp_path_factory.mktemp("log")) as catalog:
        take_notes(catalog, 0, ENTRIES)
        app = FastAPI()
        app.include_router(routes(catalog, without_token=False))
        with TestClient(app) as client:
            client.get("/log/checkpoint")
            yield client


def head_in(note: str, http: TestClient) -> Checkpoint:
    """The head in a note, checked with the log's public key as the service gives it."""
    named = parse_verifier_key(http.get("/log/key").text)
    assert named is not None
    head = open_checkpoint(note, *named)
    assert head is not None
    return head


def unhexed(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(step) for step in path]


@pytest.mark.parametrize("size", [None, 300, 299, 256, 42])
@pytest.mark.parametrize("seq", [0, 41])
def test_an_entry_is_proven_in_any_later_head(http: TestClient, seq: int, size: int | None) -> None:
    """Envelope, path and signed head of the size asked for prove the entry offline."""
    proof = http.get(f"/log/proof/{seq}", params={} if size is None else {"size": size}).json()
    head = head_in(proof["checkpoint"], http)
    assert head.size == (size or ENTRIES)
    leaf = bytes.fromhex(proof["leaf"])
    assert verify_inclusion(leaf, seq, head.size, unhexed(proof["path"]), head.root)
    kind, index, *rest = proof["proof"].split("\n")
    assert (kind, index) == ("c2sp.org/tlog-proof@v1", f"index {seq}")
    assert [base64.b64decode(step) for step in rest[: len(proof["path"])]] == unhexed(proof["path"])


@pytest.mark.parametrize(("old", "new"), [(0, 300), (1, 300), (100, 257), (256, 300), (300, None), (7, 7)])
def test_growth_is_proven_between_any_two_heads(http: TestClient, old: int, new: int | None) -> None:
    """Both heads signed, and the path between them, prove offline that nothing was rewritten."""
    asked = {"from": old} if new is None else {"from": old, "to": new}
    told = http.get("/log/consistency", params=asked).json()
    before, after = head_in(told["old_checkpoint"], http), head_in(told["checkpoint"], http)
    assert (told["from"], told["to"]) == (before.size, after.size) == (old, new or ENTRIES)
    assert verify_consistency(old, after.size, unhexed(told["path"]), before.root, after.root)


@pytest.mark.parametrize(
    "path",
    [
        "/log/proof/5?size=5",
        "/log/proof/5?size=301",
        "/log/proof/5?size=-1",
        "/log/proof/5?size=9223372036854775808",
        "/log/consistency",
        "/log/consistency?from=301",
        "/log/consistency?from=9&to=8",
        "/log/consistency?from=-1",
        "/log/consistency?from=first",
        "/log/checkpoint?size=301",
    ],
)
def test_no_proof_of_what_is_not_there(http: TestClient, path: str) -> None:
    """A size the log never had, or that does not have the entry, is 422 with a next move."""
    answer = http.get(path)
    assert answer.status_code == 422
    assert answer.json()["next_move"]


@pytest.mark.parametrize("path", ["/log/proof/300", "/log/proof/-1", "/log/proof/99999999999999999999"])
def test_no_such_entry_is_404(http: TestClient, path: str) -> None:
    """An entry beyond the log is not found."""
    assert http.get(path).status_code == 404


def test_the_whole_tree_can_be_made_again_from_the_bundles(http: TestClient) -> None:
    """The entry bundles hold every leaf's bytes: a client that knows only C2SP's formats gets the signed root."""
    leaves: list[bytes] = []
    for place in ("000", "001.p/44"):
        bundle = http.get(f"/log/tile/entries/{place}").content
        while bundle:
            length = int.from_bytes(bundle[:2], "big")
            leaves.append(leaf_hash(bundle[2 : 2 + length]))
            bundle = bundle[2 + length :]
    tiles = b"".join(http.get(f"/log/tile/0/{place}").content for place in ("000", "001.p/44"))
    assert b"".join(leaves) == tiles
    assert root(leaves) == head_in(http.get("/log/checkpoint").text, http).root


@pytest.mark.parametrize(
    "path",
    [
        "entries/002",
        "entries/001",
        "entries/001.p/45",
        "entries/1",
        "entries/000.p/0",
        "entries/000.p/256",
        "0/000.p/007",
    ],
)
def test_no_such_bundle_is_404(http: TestClient, path: str) -> None:
    """A bundle that the log does not fill, or a path that is none, is not found."""
    assert http.get(f"/log/tile/{path}").status_code == 404


def test_what_never_changes_may_be_kept_and_what_does_may_not(http: TestClient) -> None:
    """Tiles and bundles are cacheable for ever, heads are asked for again."""
    assert "immutable" in http.get("/log/tile/0/000").headers["cache-control"]
    assert "immutable" in http.get("/log/tile/entries/000").headers["cache-control"]
    assert http.get("/log/checkpoint").headers["cache-control"] == "no-cache"
    assert http.get("/log/checkpoint").headers["content-type"] == "text/plain; charset=utf-8"
