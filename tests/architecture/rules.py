"""The house rules that a file can be held to by reading it. Pure: a module in, findings out."""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from .source import ROOMS, Module


class Finding(NamedTuple):
    """What is wrong. `key` names place and rule, and stays the same when only the number changes."""

    key: str
    detail: str


Function = ast.FunctionDef | ast.AsyncFunctionDef

MODULE_LINES = 300
FUNCTION_LINES = 40
METHODS = 12
PARAMETERS = 6


def budgets(module: Module) -> Iterator[Finding]:
    """Elegant or grown shows in the tail: no long module or function, no fat class or signature."""
    measured = [("lines", len(module.text.splitlines()), MODULE_LINES, str(module.path))]
    for name, node in _named(module.tree):
        place = f"{module.path}::{name}"
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(child, Function) for child in node.body)
            measured.append(("methods", methods, METHODS, place))
        else:
            measured.append(
                ("lines", (node.end_lineno or node.lineno) - node.lineno + 1, FUNCTION_LINES, place)
            )
            measured.append(("parameters", len(_parameters(node)), PARAMETERS, place))
    for what, size, limit, place in measured:
        if size > limit:
            yield Finding(f"{place} {what}", f"{size}, at most {limit}")


def _named(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function | ast.ClassDef):
            yield prefix + node.name, node
            yield from _named(node, f"{prefix}{node.name}.")
        else:
            yield from _named(node, prefix)


def _parameters(function: Function) -> list[str]:
    taken = function.args
    named = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
    return [argument.arg for argument in named if argument and argument.arg not in {"self", "cls"}]


VAGUE = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"})


def plain_names(module: Module) -> Iterator[Finding]:
    """A module is named for what it does; `utils` is where purpose gets lost."""
    for part in {*module.path.parts[:-1], module.path.stem} & VAGUE:
        yield Finding(f"{module.path} name", f"'{part}' says nothing")


def downwards(module: Module) -> Iterator[Finding]:
    """What ships does not import what tests or installs it."""
    if module.top in ROOMS:
        for name in module.imports():
            if name.split(".")[0] in {"tests", "infra"}:
                yield Finding(f"{module.path} imports {name}", "a room may not")


# What starts a JVM or opens a database.
SLOW = (
    "pyspark",
    "delta",
    "catalog.catalog",
    "catalog.store",
    "tests.support.graphs",
    "tests.support.places",
)


def quick_unit_tests(module: Module) -> Iterator[Finding]:
    """Unit tests run in under a minute, so none of them may start a JVM or make a record."""
    if module.path.is_relative_to("tests/unit"):
        for name in module.imports():
            if any(f"{name}.".startswith(f"{slow}.") for slow in SLOW):
                yield Finding(f"{module.path} imports {name}", "a unit test may not")


def orm_in_its_place(module: Module) -> Iterator[Finding]:
    """Tables of the database are declared in orm.py, or its neighbours orm_*.py, and nowhere else."""
    if module.top not in ROOMS or module.path.stem.split("_")[0] == "orm":
        return
    for node in module.nodes(ast.ClassDef):
        if "__tablename__" in {ast.unparse(target) for line in node.body for target in _targets(line)}:
            yield Finding(f"{module.path}::{node.name} mapped class", "belongs in an orm.py")


# Where untrusted input comes in: request bodies, plans and contracts read back from files, settings.
DOORS = ("settings.py", "routes.py", "wire.py", "contract.py", "plan_json.py")


def pydantic_at_doors(module: Module) -> Iterator[Finding]:
    """Pydantic parses what comes in; inside, values are frozen dataclasses."""
    if module.top in ROOMS and module.path.name not in DOORS:
        for name in module.imports():
            if name.split(".")[0] == "pydantic":
                yield Finding(f"{module.path} imports {name}", f"only these may: {', '.join(DOORS)}")


# Calls that read or change the world; at import they would do so for everyone who imports the module.
EFFECTS = frozenset(
    "open print now utcnow today uuid1 uuid4 getenv getuser gethostname urandom read_text read_bytes "
    "write_text write_bytes mkdir connect create_engine run Popen check_output urlopen basicConfig".split()
)


def quiet_imports(module: Module) -> Iterator[Finding]:
    """Importing a module defines things and does nothing else; only a program's entry runs."""
    if module.top not in ROOMS or module.path.name == "__main__.py":
        return
    own = {ast.unparse(target) for line in module.tree.body for target in _targets(line)}
    for line in module.tree.body:
        if _acts(line, own):
            yield Finding(
                f"{module.path} acts when imported", f"line {line.lineno}: {ast.unparse(line)[:60]}"
            )
        for node in _run_at_import(line):
            if _is_effect(node):
                yield Finding(
                    f"{module.path} acts when imported", f"line {node.lineno}: {ast.unparse(node)[:60]}"
                )


def _acts(line: ast.stmt, own: set[str]) -> bool:
    """A loop, a `with`, or a call that is not a registration with an object of the module's own."""
    if isinstance(line, ast.Expr) and isinstance(line.value, ast.Call):
        return _first(line.value.func) not in own
    return isinstance(line, ast.For | ast.While | ast.With)


def _run_at_import(line: ast.AST) -> Iterator[ast.expr]:
    """The expressions evaluated at import: not the bodies of functions, nor what only a program run does."""
    if isinstance(line, ast.If) and "__name__" in ast.unparse(line.test):
        return
    if isinstance(line, ast.Lambda):
        return
    if isinstance(line, ast.expr):
        yield line
    if isinstance(line, Function):
        parts: Sequence[ast.AST | None] = [*line.decorator_list, *line.args.defaults, *line.args.kw_defaults]
    else:
        parts = list(ast.iter_child_nodes(line))
    for part in parts:
        if part is not None:
            yield from _run_at_import(part)


def _is_effect(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return _last(node.func) in EFFECTS
    return isinstance(node, ast.Attribute) and node.attr == "environ"


def _targets(line: ast.stmt) -> list[ast.expr]:
    if isinstance(line, ast.Assign):
        return line.targets
    return [line.target] if isinstance(line, ast.AnnAssign) else []


def _first(node: ast.expr) -> str:
    return ast.unparse(node).split(".")[0]


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rsplit(".", maxsplit=1)[-1].split("[")[0]


RULES: tuple[Callable[[Module], Iterable[Finding]], ...] = (
    budgets,
    plain_names,
    downwards,
    quick_unit_tests,
    orm_in_its_place,
    pydantic_at_doors,
    quiet_imports,
)

ERROR_ROOT = "LakeproofError"
_BUILTIN_ERRORS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)


def one_error_root(everything: Sequence[Module]) -> Iterator[Finding]:
    """Every error of ours derives from the one root, so that one `except` at the entry knows them all."""
    classes = [
        (module, node, {_last(base) for base in node.bases})
        for module in everything
        if module.top in ROOMS
        for node in module.nodes(ast.ClassDef)
    ]
    ours = {ERROR_ROOT}
    while grown := {node.name for _, node, bases in classes if bases & ours} - ours:
        ours |= grown
    for module, node, bases in classes:
        foreign = any(
            base in _BUILTIN_ERRORS or base.endswith(("Error", "Exception")) for base in bases - ours
        )
        if foreign and node.name not in ours:
            yield Finding(f"{module.path}::{node.name} error", f"does not derive from {ERROR_ROOT}")
