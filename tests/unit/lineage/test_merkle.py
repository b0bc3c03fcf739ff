"""The tree and its proofs against the vectors of RFC 6962's reference implementation, and against themselves."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The leaves, roots and paths that certificate-transparency's own test suite uses.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (1-based leaf, tree size): path
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (3, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (2, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

leaf_lists = st.lists(st.binary(max_size=8).map(leaf_hash), min_size=1, max_size=70)


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    """RFC 6962, 2.1: MTH({}) = SHA-256()."""
    assert root([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    """Each growing tree has the root that the reference implementation computes."""
    assert root(HASHES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("leaf", "size"), INCLUSION)
def test_inclusion_paths_are_those_of_the_reference(leaf: int, size: int) -> None:
    """Audit paths are made as the reference makes them, and verify."""
    proof = inclusion_proof(HASHES[:size], leaf - 1)
    assert [step.hex() for step in proof] == INCLUSION[leaf, size]
    assert verify_inclusion(HASHES[leaf - 1], leaf - 1, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference(old: int, new: int) -> None:
    """Consistency proofs are made as the reference makes them, and verify."""
    proof = consistency_proof(HASHES[:new], old)
    assert [step.hex() for step in proof] == CONSISTENCY[old, new]
    assert verify_consistency(old, new, proof, bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1]))


def _recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962's definition, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(_recursive_root(leaves[:k]), _recursive_root(leaves[k:]))


@given(leaf_lists)
def test_the_growing_tree_has_the_defined_root(leaves: list[bytes]) -> None:
    """A tree grown leaf by leaf has the recursively defined root, at every earlier size too."""
    tree = Tree(leaves)
    for size in range(1, len(leaves) + 1):
        assert tree.root(size) == _recursive_root(leaves[:size])


@given(leaf_lists, st.data())
def test_inclusion_holds_for_its_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    """A path proves its own leaf at its own place; with another leaf, place, or damaged step it proves nothing."""
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    top = root(leaves)
    assert verify_inclusion(leaves[index], index, size, proof, top)
    assert not verify_inclusion(leaf_hash(b"forged leaf"), index, size, proof, top)
    assert not verify_inclusion(leaves[index], index, size, [*proof, top], top)
    assert not verify_inclusion(leaves[index], size, size, proof, top)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        damaged = [*proof[:at], bytes(32), *proof[at + 1 :]]
        assert not verify_inclusion(leaves[index], index, size, damaged, top)
        assert not verify_inclusion(leaves[index], index, size, proof[:-1], top)


@given(leaf_lists, st.data())
def test_consistency_holds_exactly_for_prefixes(leaves: list[bytes], data: st.DataObject) -> None:
    """A tree is proven to extend its own prefix, and never a prefix in which one leaf was different."""
    old = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, old)
    top = root(leaves)
    assert verify_consistency(old, len(leaves), proof, root(leaves[:old]), top)
    changed = data.draw(st.integers(0, old - 1))
    forged = [*leaves[:changed], leaf_hash(b"another leaf"), *leaves[changed + 1 : old]]
    assert not verify_consistency(old, len(leaves), proof, root(forged), top)
    assert not verify_consistency(old, len(leaves), [*proof, top], root(leaves[:old]), top)


def test_every_tree_extends_the_empty_one() -> None:
    """From size 0 the proof is empty, and only the empty root is a beginning."""
    assert consistency_proof(HASHES, 0) == []
    assert verify_consistency(0, 8, [], EMPTY_ROOT, root(HASHES))
    assert not verify_consistency(0, 8, [], bytes(32), root(HASHES))
    assert not verify_consistency(3, 2, [], root(HASHES[:3]), root(HASHES[:2]))


@pytest.mark.parametrize("index", [-1, 8])
def test_no_proof_for_what_is_not_there(index: int) -> None:
    """A leaf outside the tree has no path, and a size beyond the tree no root."""
    with pytest.raises(ValueError, match="outside"):
        inclusion_proof(HASHES, index)
    with pytest.raises(ValueError, match="no earlier size"):
        Tree(HASHES).root(9)
