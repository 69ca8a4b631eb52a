"""What a proof means for the rules: the columns of `stored`, each as a rules file says it.

A search names what it put together in words (`lower-case username ‖ ':'`). Where every word is a column of the record
or a text between two of them, an expression says the same; a piece of the hash's own text it cannot reach.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from samekey.lookup import PLAIN_PATH, Fields
from samekey.mapping.expressions import Expression, compile_expression
from samekey.mapping.proof import Proof

Columns = dict[str, Any]
"""By name: a path, or a table such as `{"value": …}` and `{"path": …, "lower": True}`."""

_DECODED = re.compile(r"(.+) decoded from (hex|base64)")


def columns(proof: Proof, stored: Expression | Mapping[str, Expression], fields: Fields) -> Columns | None:
    """The columns that `stored` needs beside what it has, for the format that was proved.

    Args:
        proof: with a reading that was proved.
        stored: as the rules have it.
        fields: of the record that proved it.

    Returns:
        The columns; None where the rules cannot say one of them by an expression.

    """
    solved = proof.solved
    paths = {} if isinstance(stored, Expression) else {name: each.text for name, each in stored.items() if each.text}
    if proof.part:
        paths[proof.part] = _path(proof.column)
    needed: Columns = {}
    if proof.part and proof.part not in f"{solved.salt} {solved.pepper}":
        needed[proof.part] = paths[proof.part]
    for name, words in (("salt", solved.salt), ("pepper", solved.pepper)):
        if words:
            said = _said(name, words, paths, fields)
            if said is None:
                return None
            needed |= said
    return needed | {name: {"value": value} for name, value in solved.columns.items()}


def _said(name: str, words: str, paths: Mapping[str, str], fields: Fields) -> Columns | None:
    """One column in the words of a search; None where an expression cannot say it."""
    decoded = _DECODED.fullmatch(words)
    encoding = {} if decoded is None else {f"{name}_encoding": {"value": decoded[2]}}
    pieces = (words if decoded is None else decoded[1]).split(" ‖ ")
    named = [piece for piece in pieces if piece[0] not in "'\""]
    lower = [piece.startswith("lower-case ") for piece in named]
    bare = [piece.removeprefix("lower-case ") for piece in named]
    if any(lower) != all(lower) or not all(piece in paths for piece in bare):
        return None
    texts = [_text(piece, paths, fields) for piece in pieces]
    path = paths[bare[0]] if len(pieces) == 1 else f"join('', [{', '.join(texts)}])"
    return {name: {"path": path, "lower": True} if any(lower) else path, **encoding}


def _text(piece: str, paths: Mapping[str, str], fields: Fields) -> str:
    """A piece inside an expression: a text between columns, or a column, which has to be text there."""
    if piece[0] in "'\"":
        raw = str(ast.literal_eval(piece)).replace("\\", "\\\\").replace("'", "\\'")
        return f"'{raw}'"
    path = paths[piece.removeprefix("lower-case ")]
    return path if isinstance(compile_expression(Expression(path))(fields), str) else f"to_string({path})"


def _path(column: str) -> str:
    """The name of a field as a path; one that is no plain word stands in quotes, as JMESPath wants."""
    return column if PLAIN_PATH.fullmatch(column) and "." not in column else '"' + column.replace('"', '\\"') + '"'
