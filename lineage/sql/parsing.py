"""From SQL text to the one statement in it that makes data, in bounded time. Pure.

Three measures keep a hostile text from costing minutes: its length, the number of nodes that the parser may make,
and how it nests brackets, above all those of types and of functions that bear a type's name (`date(…)`), each of
which the parser tries to read twice.
"""

import logging
from collections.abc import Callable, Container
from itertools import pairwise
from threading import Thread
from typing import TypeVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as Grammar
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from lineage.sql.dialects import Dialect
from lineage.sql.sources import Unfollowed

#: Characters of a statement; what people and dbt write stays far below.
LONGEST = 100_000
#: Nodes of the syntax tree for each token; ordinary statements need two.
_NODES_EACH = 4
_NODES_MORE = 400
#: What all brackets may weigh together; some 0.2 ms each.
_HEAVIEST = 3_000

_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET})
_HARMLESS = (exp.Semicolon, exp.Drop, exp.Set, exp.Transaction, exp.Commit, exp.Comment, exp.Analyze)

_T = TypeVar("_T")


def parsed(sql: str, dialect: Dialect) -> exp.Expr:
    """The statement. Raises Unfollowed, or SqlglotError or RecursionError where the text is no SQL we can read."""
    if len(sql) > LONGEST:
        raise Unfollowed(f"more than {LONGEST} characters of SQL")
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it would print the statement
    grammar = Grammar.get_or_raise(dialect.name)
    tokens = grammar.tokenize(sql)
    if _has_template(tokens):
        raise Unfollowed("a template that was not rendered")
    if _weight(tokens, grammar.parser_class.TYPE_TOKENS) > _HEAVIEST:
        raise Unfollowed("SQL nested so that it cannot be parsed in time")
    try:
        parser = grammar.parser(max_nodes=_NODES_EACH * len(tokens) + _NODES_MORE)
        found = [each for each in parser.parse(tokens, sql) if each is not None]
    except SqlglotError as error:
        if "Maximum number of AST nodes" in str(error):
            raise Unfollowed("SQL nested so that it cannot be parsed in time") from error
        raise
    making = [each for each in found if not isinstance(each, _HARMLESS)]
    if len(making) != 1:
        raise Unfollowed(f"{len(making)} statements together" if making else "no statement that makes data")
    return making[0]


def on_fresh_stack(work: Callable[[], _T]) -> _T:
    """The result of work, or what it raises, from a stack of its own.

    How deep a text may nest then does not depend on who asks: an event read again gives the same answer.
    """
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            errors.append(error)

    thread = Thread(target=run, name="column lineage")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _has_template(tokens: list[Token]) -> bool:
    """Whether `{{` or `{%` stands outside of strings and comments."""
    braces = [token.token_type is TokenType.L_BRACE for token in tokens]
    double = any(
        one and two and tokens[at].end + 1 == tokens[at + 1].start
        for at, (one, two) in enumerate(pairwise(braces))
    )
    return double or any(token.token_type is TokenType.BLOCK_START for token in tokens)


def _weight(tokens: list[Token], types: Container[TokenType]) -> int:
    """Two to the depth of each `date(` or `array[` inside others of its kind; the depth of each `array<`; for any
    bracket a little of the square of its depth, since some dialects go through what is inside it again.
    """
    weight = angles = typed = 0
    brackets: list[bool] = []
    before: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING:
            brackets.append(before in types)
            typed += brackets[-1]
            weight += len(brackets) ** 2 // 20 + (2 ** min(typed - 1, 20) if brackets[-1] else 0)
        elif kind in _CLOSING and brackets:
            typed -= brackets.pop()
        elif kind is TokenType.LT and before in types:
            angles += 1
            weight += angles
        elif angles and token.text and not token.text.strip(">"):
            angles = max(0, angles - len(token.text))
        before = kind
    return weight
