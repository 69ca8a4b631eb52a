"""The grammar of the rules file as a JSON Schema, so that editors complete and check it while somebody types.

It is made from the same names as the reader in `rules.py`, which has the last word: a schema cannot tell whether an
expression is one, or whether two keys fit together.
"""

from typing import Any

import msgspec

from samekey.auth0 import limits
from samekey.hashes import registry
from samekey.mapping import arrangement, rules, treatments

_EXPRESSION = {"$ref": "#/definitions/expression"}
_TEXT = {"type": "string", "pattern": r"\S"}
_CONSTANTS: dict[str, dict[str, Any]] = {
    **{name: {"type": "string"} for name in rules.TEXT_PROPERTIES},
    **{name: {"type": "boolean"} for name in rules.BOOLEAN_PROPERTIES},
}
_SENTENCES = {
    "where": "Whom to move: records for which it is not true are left out.",
    "key": "How a record is known across rounds; without it the user_id, else the first identifier.",
    "user_id": "Without the auth0| prefix, which the import adds; without this line Auth0 chooses.",
    "email_verified": "Whether the old system verified the address; say it even if it is false.",
    "mfa_factors": "Second factors: where each kind comes from.",
    "app_metadata": "What the application needs to know of a user.",
    "user_metadata": "What users may change themselves.",
}


def schema() -> dict[str, Any]:
    """The schema, in draft 7, which editors of TOML know."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A samekey rules file",
        "type": "object",
        "required": ["user"],
        "additionalProperties": False,
        "properties": {
            "user": _user(),
            "password": _password(),
            "duplicates": _duplicates(),
            "partition": _partition(),
            "order": _table({"by": _EXPRESSION, "first": {"enum": list(arrangement.FIRST)}}, required=("by",)),
            "pack": _table(
                {
                    "bytes": {
                        "type": "integer",
                        "minimum": rules.CHUNK_BYTES_MIN,
                        "maximum": limits.CHUNK_BYTES_MAX,
                        "default": limits.CHUNK_BYTES_DEFAULT,
                    },
                    "users": {"type": "integer", "minimum": 0, "maximum": rules.CHUNK_USERS_MAX, "default": 0},
                }
            ),
        },
        "definitions": {
            "expression": _expression({}),
            "metadata": _metadata(),
            "destination": _destination(),
            "format": {"enum": [rules.AUTO_FORMAT, *sorted(registry.FORMATS)]},
        },
    }


def page() -> str:
    """The schema as it stands in `docs/reference/rules.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


def _table(properties: dict[str, Any], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    table: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**table, "required": list(required)} if required else table


def _expression(constant: dict[str, Any]) -> dict[str, Any]:
    """A path, a constant of the given type, a treated path, a negation or a Python function."""
    treated = {
        "path": _TEXT,
        "default": constant,
        "json": _TEXT,
        "trim": {"type": "boolean"},
        "lower": {"type": "boolean"},
        "without": _TEXT,
        "part": {"enum": list(treatments.PARTS)},
        "region": {"type": "string", "pattern": "^[A-Z]{2}$"},
    }
    coded = {"python": {"type": "string", "pattern": r"^[^:]+:[A-Za-z_]\w*$"}, **treated}
    del coded["path"]
    return {
        "anyOf": [
            _TEXT,
            _table({"value": constant}, required=("value",)),
            _table(treated, required=("path",)),
            _table({"not": _TEXT, "default": constant}, required=("not",)),
            _table(coded, required=("python",)),
        ]
    }


def _metadata() -> dict[str, Any]:
    entry = {"anyOf": [_EXPRESSION, {"$ref": "#/definitions/metadata"}]}
    return {"type": "object", "propertyNames": {"pattern": r"^[^.$]*$"}, "additionalProperties": entry}


def _user() -> dict[str, Any]:
    properties: dict[str, Any] = {"where": _EXPRESSION, "key": _EXPRESSION}
    properties |= {name: _expression(constant) for name, constant in _CONSTANTS.items()}
    for name in rules.METADATA_PROPERTIES:
        properties[name] = {"anyOf": [_expression({"type": "object"}), {"$ref": "#/definitions/metadata"}]}
    factors = dict.fromkeys(rules.FACTOR_KEYS, _EXPRESSION) | {"encoding": {"enum": list(treatments.ENCODINGS)}}
    properties["mfa_factors"] = {"anyOf": [_expression({"type": "array"}), _table(factors)]}
    described = {name: _described(name, each) for name, each in properties.items()}
    return {**_table(described), "anyOf": [{"required": [name]} for name in rules.IDENTIFIERS]}


def _described(name: str, each: dict[str, Any]) -> dict[str, Any]:
    if name not in _SENTENCES:
        return each
    return {"description": _SENTENCES[name], **({"allOf": [each]} if "$ref" in each else each)}


def _password() -> dict[str, Any]:
    name = {"$ref": "#/definitions/format"}
    columns = {"type": "object", "additionalProperties": _EXPRESSION}
    return _table(
        {
            "stored": {"anyOf": [_EXPRESSION, columns]},
            "format": {"anyOf": [name, {"type": "array", "minItems": 1, "items": name}]},
            "on_bridge": {"enum": ["hold", "reset"]},
            "on_reset": {"enum": ["hold", "send"]},
        },
        required=("stored",),
    )


def _duplicates() -> dict[str, Any]:
    """`by` belongs to `newest` and to nothing else."""
    table = _table({"keep": {"enum": list(arrangement.KEEP)}, "by": _EXPRESSION})
    newest = {"properties": {"keep": {"const": "newest"}}, "required": ["keep"]}
    return {**table, "if": newest, "then": {"required": ["by"]}, "else": {"not": {"required": ["by"]}}}


def _partition() -> dict[str, Any]:
    where = {"$ref": "#/definitions/destination"}
    properties = {
        "by": _EXPRESSION,
        "to": {"type": "object", "additionalProperties": where},
        "otherwise": where,
        "combine_below": {"type": "integer", "minimum": 0, "maximum": arrangement.COMBINE_BELOW_MAX, "default": 0},
    }
    return _table(properties, required=("by",))


def _destination() -> dict[str, Any]:
    """A connection, or a table that names a connection, an organisation or both."""
    table = _table(dict.fromkeys(arrangement.DESTINATION_KEYS, _TEXT))
    return {"anyOf": [_TEXT, {**table, "minProperties": 1}]}
