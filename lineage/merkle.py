"""The Merkle tree of RFC 6962: roots, proofs, and checking them. Nothing is stored here.

Hashes are 32 bytes of SHA-256. A *node* `(level, index)` is the hash of the complete subtree over the leaves
`index * 2**level` up to, not including, `(index + 1) * 2**level`; level 0 are the leaf hashes. Whoever keeps
complete nodes can prove anything about the tree with a logarithmic number of reads.
"""

import hashlib
from collections.abc import Callable, Sequence

#: The hash of a complete node, by level and index.
NodeReader = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    return Tree(leaf_hashes).root()


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf, from its sibling to the root. Raises ValueError for an index outside the tree."""
    return Tree(leaf_hashes).inclusion_proof(index)


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """That the tree extends its first old_size leaves. Raises ValueError unless 0 <= old_size <= size."""
    return Tree(leaf_hashes).consistency_proof(old_size)


class Tree:
    """A tree that grows leaf by leaf; keeps every complete node, so that each call costs O(log n)."""

    def __init__(self, leaf_hashes: Sequence[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaf_hashes:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Add a leaf hash; return its index."""
        index = len(self)
        for level, _, digest in completed(index, leaf, self.node):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(digest)
        return index

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete node. Raises IndexError when it is not complete yet."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first size leaves; over all of them when left out."""
        return root_at(len(self) if size is None else _within(size, len(self)), self.node)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """As `inclusion_at`, in the tree of the first size leaves."""
        return inclusion_at(index, len(self) if size is None else _within(size, len(self)), self.node)

    def consistency_proof(self, old_size: int, size: int | None = None) -> list[bytes]:
        """As `consistency_at`, towards the tree of the first size leaves."""
        return consistency_at(old_size, len(self) if size is None else _within(size, len(self)), self.node)


def completed(index: int, leaf: bytes, node: NodeReader) -> list[tuple[int, int, bytes]]:
    """The nodes that become complete when leaf arrives at index: (level, index, hash), the leaf itself first.

    Reads only left siblings, which are complete by then.
    """
    nodes = [(0, index, leaf)]
    level, digest = 0, leaf
    while index & 1:
        digest = node_hash(node(level, index - 1), digest)
        level, index = level + 1, index >> 1
        nodes.append((level, index, digest))
    return nodes


def root_at(size: int, node: NodeReader) -> bytes:
    """The root of the tree of size leaves, from complete nodes."""
    return EMPTY_ROOT if size == 0 else _range_hash(0, size, node)


def inclusion_at(index: int, size: int, node: NodeReader) -> list[bytes]:
    """The audit path of the leaf at index in the tree of size leaves. Raises ValueError unless 0 <= index < size."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is outside a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_width(end - start)
        if index < middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_at(old_size: int, size: int, node: NodeReader) -> list[bytes]:
    """The proof that the tree of size extends the tree of old_size; empty for old_size 0 or size.

    Raises ValueError unless 0 <= old_size <= size.
    """
    _within(old_size, size)
    if old_size in (0, size):
        return []
    proof: list[bytes] = []
    start, end = 0, size
    while old_size != end:
        middle = start + _left_width(end - start)
        if old_size <= middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    if start > 0:  # else the old root itself, which the verifier has
        proof.append(_range_hash(start, end, node))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at index in the tree of size leaves with this root."""
    if not 0 <= index < size:
        return False
    digest, last = leaf, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            digest = node_hash(sibling, digest)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and digest == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of new leaves extends the tree of old leaves, given both roots."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _range_hash(start: int, end: int, node: NodeReader) -> bytes:
    """The hash over leaves [start, end); start is a multiple of the range's width rounded up to a power of two."""
    width = end - start
    if width & (width - 1) == 0:
        return node(width.bit_length() - 1, start // width)
    middle = start + _left_width(width)
    return node_hash(_range_hash(start, middle, node), _range_hash(middle, end, node))


def _left_width(width: int) -> int:
    """The largest power of two below width (width >= 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def _within(old_size: int, size: int) -> int:
    if not 0 <= old_size <= size:
        raise ValueError(f"a tree of {size} has no earlier size {old_size}")
    return old_size
