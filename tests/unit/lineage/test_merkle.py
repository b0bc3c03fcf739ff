"""The tree and its proofs against the vectors of RFC 6962's reference implementation, and against themselves."""

import hashlib
from collections.abc import Callable

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

# Of the Merkle trees of transparency-dev's reference tests, those not above.
INCLUSION |= {
    (1, 2): ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"],
    (2, 2): ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
}
# How the same project damages a proof of consistency: sizes and roots, then the steps.
SIZES: dict[str, Callable[[int, int], tuple[int, int]]] = {
    "old - 1": lambda old, new: (old - 1, new),
    "old + 1": lambda old, new: (old + 1, new),
    "old ^ 2": lambda old, new: (old ^ 2, new),
    "new * 2": lambda old, new: (old, new * 2),
    "new / 2": lambda old, new: (old, new // 2),
    "swapped": lambda old, new: (new, old),
}
STEPS: dict[str, Callable[[list[bytes], bytes, bytes], list[bytes]]] = {
    "empty": lambda steps, old, new: [],
    "truncated": lambda steps, old, new: steps[:-1],
    "trailing garbage": lambda steps, old, new: [*steps, b""],
    "trailing old root": lambda steps, old, new: [*steps, old],
    "trailing new root": lambda steps, old, new: [*steps, new],
    "preceding garbage": lambda steps, old, new: [b"", *steps],
    "preceding old root": lambda steps, old, new: [old, *steps],
    "preceding new root": lambda steps, old, new: [new, *steps],
    "first twice": lambda steps, old, new: [*steps[:1], *steps],
    "reversed": lambda steps, old, new: steps[::-1],
    "a bit": lambda steps, old, new: [bytes([step[0] ^ 16]) + step[1:] for step in steps],
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


@pytest.mark.parametrize("new", range(1, 9))
def test_damaged_consistency_proofs_do_not_verify(new: int) -> None:
    """Each way to damage a proof, for each earlier size: wrong sizes, wrong roots, wrong steps."""
    after = bytes.fromhex(ROOTS[new - 1])
    for old in range(1, new):
        before, steps = bytes.fromhex(ROOTS[old - 1]), consistency_proof(HASHES[:new], old)
        assert verify_consistency(old, new, steps, before, after)
        assert not verify_consistency(old, new, steps, after, before)
        assert not verify_consistency(old, new, steps, EMPTY_ROOT, after)
        assert not verify_consistency(old, new, steps, before, EMPTY_ROOT)
        for name, damage in STEPS.items():
            damaged = damage(steps, before, after)
            assert damaged == steps or not verify_consistency(old, new, damaged, before, after), name


@pytest.mark.parametrize("change", SIZES)
@pytest.mark.parametrize(("old", "new"), [(1, 8), (6, 8), (2, 5), (6, 7)])
def test_a_consistency_proof_is_of_its_sizes(old: int, new: int, change: str) -> None:
    """The reference's proofs do not verify for sizes it says are wrong."""
    steps = consistency_proof(HASHES[:new], old)
    before, after = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    assert not verify_consistency(*SIZES[change](old, new), steps, before, after)


@pytest.mark.parametrize("size", range(1, 9))
def test_damaged_inclusion_proofs_do_not_verify(size: int) -> None:
    """Each way to damage a path, for each leaf: wrong place, size, root, leaf or steps."""
    top = bytes.fromhex(ROOTS[size - 1])
    for index, leaf in enumerate(HASHES[:size]):
        steps = inclusion_proof(HASHES[:size], index)
        assert verify_inclusion(leaf, index, size, steps, top)
        assert not verify_inclusion(leaf, index, size, steps, EMPTY_ROOT)
        assert not verify_inclusion(top if size > 1 else EMPTY_ROOT, index, size, steps, top)
        for other in {index - 1, index + 1, index ^ 2} & {*range(-1, size + 2)}:
            assert not verify_inclusion(leaf, other, size, steps, top)
        for name, damage in STEPS.items():
            damaged = damage(steps, leaf, top)
            assert damaged == steps or not verify_inclusion(leaf, index, size, damaged, top), name


def test_the_example_tree_of_the_rfc() -> None:
    """RFC 9162, 2.1.5: the paths and proofs of its seven leaves, spelt with the names it gives the nodes."""
    a, b, c, d, e, f, j = (leaf_hash(b"d%d" % number) for number in range(7))
    leaves = [a, b, c, d, e, f, j]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, m = node_hash(g, h), node_hash(i, j)
    assert root(leaves) == node_hash(k, m)
    assert inclusion_proof(leaves, 0) == [b, h, m]
    assert inclusion_proof(leaves, 3) == [c, g, m]
    assert inclusion_proof(leaves, 4) == [f, j, k]
    assert inclusion_proof(leaves, 6) == [i, k]
    assert consistency_proof(leaves, 3) == [c, d, g, m]
    assert consistency_proof(leaves, 4) == [m]
    assert consistency_proof(leaves, 6) == [i, j, k]


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
