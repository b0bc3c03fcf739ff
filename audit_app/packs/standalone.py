"""The verify.py of a pack: the modules of the verification in one file that needs no installation. Pure.

Written for people to read: each module's source as it is, without the imports of the others.
"""

import ast
import inspect
from types import ModuleType

from audit_app.packs import evidence, keys, members, reading, receipt, stored, verify
from lineage import certainty, checkpoints, errors, merkle, rotations
from lineage.errors import Fault

#: In the order in which they may import each other.
PARTS: tuple[ModuleType, ...] = (
    errors, certainty, merkle, checkpoints, rotations, members, keys, reading, stored, evidence, receipt, verify,
)  # fmt: skip

_HEADING = '''#!/usr/bin/env python3
"""{purpose}"""

# Put together from the modules of Lakeproof named below: each as it stands there, less its imports of the others.
'''
_ENDING = """
if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
"""


def standalone() -> str:
    """The source. Raises Fault when two modules give one name to different things."""
    taken: dict[str, str] = {}
    parts = []
    for module in PARTS:
        source = inspect.getsource(module)
        for name in _defined(source):
            if name in taken:
                raise Fault(f"{module.__name__} and {taken[name]} both define {name}: rename one of them")
            taken[name] = module.__name__
        parts.append(f"\n\n# ---- {module.__name__} ----\n\n{_without_own_imports(source).strip()}\n")
    return "".join([_HEADING.format(purpose=verify.__doc__), *parts, "\n", _ENDING])


def _defined(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {
                inner.id
                for target in node.targets
                for inner in ast.walk(target)
                if isinstance(inner, ast.Name)
            }
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _without_own_imports(source: str) -> str:
    ours = {module.__name__ for module in PARTS}
    left = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.ImportFrom) and node.module in ours:
            del left[node.lineno - 1 : node.end_lineno]
    return "\n".join(left)
