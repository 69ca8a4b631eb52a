"""The rules file: which field of the source becomes which property of an Auth0 user.

Read and checked before any record is; complaints carry line and column, and an unknown key is one. The grammar is
documented for people in `docs/reference/rules-file.md`.
"""

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from samekey.auth0 import limits
from samekey.errors import RulesError
from samekey.hashes import registry
from samekey.lookup import ExpressionInvalid
from samekey.mapping import code, treatments
from samekey.mapping.arrangement import (
    DuplicatesRules,
    OrderRules,
    PartitionRules,
    read_duplicates,
    read_order,
    read_partition,
)
from samekey.mapping.code import Function
from samekey.mapping.expressions import Expression, compile_expression
from samekey.mapping.rules_document import RulesDocument

TEXT_PROPERTIES = (
    "email", "username", "phone_number", "user_id", "given_name", "family_name", "name", "nickname", "picture",
)  # fmt: skip
"""Properties of an imported user that are text."""

BOOLEAN_PROPERTIES = ("email_verified", "phone_verified", "blocked")
"""Properties that are true or false."""

METADATA_PROPERTIES = ("app_metadata", "user_metadata")
"""Properties that are an object of the team's own making."""

OTHER_PROPERTIES = ("mfa_factors",)
"""Properties passed on as they are found."""

IDENTIFIERS = ("email", "username", "phone_number")
"""What a person can be found by; a user needs at least one."""

AUTO_FORMAT = "auto"
"""Take what describes itself, refuse to guess the rest."""

CHUNK_BYTES_MIN = 1_000
CHUNK_USERS_MAX = 10_000_000
_SECTIONS = ("user", "password", "duplicates", "partition", "order", "pack")
_PATH_KEYS = ("path", "default", "json", "trim", "lower", "without", "part", "region")
"""What may stand in `{ path = … }`; treatments in the order in which they are done."""
_NEGATION_KEYS = ("not", "default")
_CODE_KEYS = ("python", *_PATH_KEYS[1:])
FACTOR_KEYS = ("totp", "encoding", "phone", "email")
"""What may stand in `mfa_factors = { … }`."""
_PASSWORD_KEYS = ("stored", "format", "on_bridge", "on_reset")
PEPPER = "pepper"
"""The column of a stored password that the old system keeps outside of its table."""


@dataclass(frozen=True)
class Metadata:
    """An object built key by key; a nested table is a nested object."""

    entries: Mapping[str, "Expression | Metadata"]


@dataclass(frozen=True)
class PasswordRules:
    """Where the stored password stands and what it is."""

    stored: "Expression | Mapping[str, Expression]"
    """One field, or the columns that make up one stored password: `{ hash = "pw", salt = "pw_salt" }`."""
    formats: tuple[str, ...] = (AUTO_FORMAT,)
    """Names of the catalogue in the order in which they are tried, or `auto`."""
    on_bridge: str = "hold"
    """hold or reset: what becomes of a user whose hash Auth0 cannot check."""
    on_reset: str = "hold"
    """hold or send: what becomes of a user without a usable password."""


@dataclass(frozen=True)
class Rules:
    """A rules file, checked."""

    user: Mapping[str, Expression | Metadata]
    """One entry per Auth0 property."""
    where: Expression | None = None
    """Records for which it is not true are left out; None: nobody is."""
    key: Expression | None = None
    """How a record is known across rounds; None: by user_id, else by its first identifier."""
    password: PasswordRules | None = None
    duplicates: DuplicatesRules = field(default_factory=DuplicatesRules)
    partition: PartitionRules | None = None
    order: OrderRules | None = None
    """None: the order of the source."""
    chunk_bytes: int = limits.CHUNK_BYTES_DEFAULT
    """At most this much JSON a chunk."""
    chunk_users: int = 0
    """At most this many users a chunk; 0: no limit by count."""
    text: str = field(default="", repr=False)
    """The file as it was read."""
    code_folder: Path | None = None
    """Where relative files of code lie; None: the rules may run none."""
    functions: tuple[Function, ...] = ()
    """Every Python function that the rules name."""

    def sha256(self) -> str:
        """What these rules are: the file's text, and where they run code the text of that."""
        parts = [self.text.encode(), *(each.source_sha256().encode() for each in self.functions)]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_rules(path: Path, *, allow_code: bool = False, send_pepper: bool = False) -> Rules:
    """Read a rules file.

    Args:
        path: the file.
        allow_code: whether the Python functions that it names may be run.
        send_pepper: whether a pepper that it names may stand in what Auth0 is told.

    Raises:
        RulesError: it cannot be read or asks for something that cannot be; nothing was done.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RulesError(
            f"The rules file {path} cannot be read: {error.strerror}.",
            remedy="Write one with: samekey draft SOURCE -o rules.toml",
        ) from error
    except UnicodeDecodeError as error:
        raise RulesError(f"The rules file {path} is not UTF-8 text.", remedy="Save it as UTF-8.") from error
    return parse_rules(text, code_folder=path.resolve().parent if allow_code else None, send_pepper=send_pepper)


def parse_rules(text: str, *, code_folder: Path | None = None, send_pepper: bool = True) -> Rules:
    """Check the text of a rules file.

    Args:
        text: TOML.
        code_folder: where relative files of code lie; None where the rules may run none.
        send_pepper: whether they may name a pepper.

    Raises:
        RulesError: with the line and column of the first thing that cannot be.

    """
    return _Reader(text, code_folder, send_pepper=send_pepper).rules(text)


class _Reader(RulesDocument):
    """Walks the document once."""

    def __init__(self, text: str, code_folder: Path | None, *, send_pepper: bool) -> None:
        super().__init__(text)
        self.code_folder = code_folder
        self.send_pepper = send_pepper
        self.functions: list[Function] = []

    def rules(self, text: str) -> Rules:
        self.known((), self.document, _SECTIONS)
        user = self.table(("user",))
        if not user:
            raise self.complain(
                ("user",), "The rules say nothing about the user.", 'Add a [user] table, such as: email = "email"'
            )
        properties = (*TEXT_PROPERTIES, *BOOLEAN_PROPERTIES, *METADATA_PROPERTIES, *OTHER_PROPERTIES)
        self.known(("user",), user, ("where", "key", *properties))
        if not any(name in user for name in IDENTIFIERS):
            raise self.complain(
                ("user",),
                "No rule gives a user an identifier.",
                "Say where email, username or phone_number comes from.",
            )
        entries = {name: self.property(name, value) for name, value in user.items() if name not in {"where", "key"}}
        pack = self.table(("pack",))
        self.known(("pack",), pack, ("bytes", "users"))
        rules = Rules(
            user=entries,
            where=self.expression(("user", "where"), user["where"]) if "where" in user else None,
            key=self.expression(("user", "key"), user["key"]) if "key" in user else None,
            password=self.password(),
            duplicates=read_duplicates(self, self.expression),
            partition=read_partition(self, self.expression),
            order=read_order(self, self.expression),
            chunk_bytes=self.number(
                ("pack", "bytes"),
                pack.get("bytes", limits.CHUNK_BYTES_DEFAULT),
                least=CHUNK_BYTES_MIN,
                most=limits.CHUNK_BYTES_MAX,
            ),
            chunk_users=self.number(("pack", "users"), pack.get("users", 0), least=0, most=CHUNK_USERS_MAX),
            text=text,
            code_folder=self.code_folder,
        )
        return replace(rules, functions=tuple(self.functions))

    def property(self, name: str, value: Any) -> Expression | Metadata:
        path = ("user", name)
        if name in METADATA_PROPERTIES and isinstance(value, dict) and not _is_expression_table(value):
            return self.metadata(path, value)
        if name in OTHER_PROPERTIES and isinstance(value, dict) and not _is_expression_table(value):
            return self.factors(path, value)
        expression = self.expression(path, value)
        if expression.is_constant:
            self.constant_fits(path, name, expression.constant)
        elif expression.default is not None:
            self.constant_fits((*path, "default"), name, expression.default)
        return expression

    def constant_fits(self, path: tuple[str, ...], name: str, constant: Any) -> None:
        wanted: tuple[type, str]
        if name in BOOLEAN_PROPERTIES:
            wanted = (bool, "true or false")
        elif name in METADATA_PROPERTIES:
            wanted = (dict, "a table")
        elif name in OTHER_PROPERTIES:
            wanted = (list, "a list")
        else:
            wanted = (str, "text")
        if not isinstance(constant, wanted[0]):
            raise self.complain(path, f"A constant for `{name}` must be {wanted[1]}.")

    def metadata(self, path: tuple[str, ...], table: dict[str, Any]) -> Metadata:
        entries: dict[str, Expression | Metadata] = {}
        for name, value in table.items():
            inner = (*path, name)
            if any(character in name for character in limits.METADATA_KEY_CHARS_FORBIDDEN):
                raise self.complain(inner, f"A metadata key must not hold `.` or `$`: `{name}`.")
            if path == ("user", "app_metadata") and name in limits.APP_METADATA_KEYS_FORBIDDEN:
                raise self.complain(inner, f"Auth0 reserves `{name}` in app_metadata.", "Choose another name.")
            if isinstance(value, dict) and not _is_expression_table(value):
                entries[name] = self.metadata(inner, value)
            else:
                entries[name] = self.expression(inner, value)
        return Metadata(entries)

    def expression(self, path: tuple[str, ...], value: Any) -> Expression:
        if isinstance(value, dict):
            return self.expression_table(path, value)
        if not isinstance(value, str) or not value.strip():
            shown = path[-1]
            raise self.complain(
                path,
                f"`{shown}` must name a field of the record.",
                f'Write {shown} = "field", or {shown} = {{ value = … }} for a constant.',
            )
        expression = Expression(value.strip())
        self.compiles(path, expression)
        return expression

    def expression_table(self, path: tuple[str, ...], table: dict[str, Any]) -> Expression:
        if not _is_expression_table(table):
            raise self.complain(path, f"`{path[-1]}` takes a field, {{ value = … }} or {{ path = … }}.")
        if "value" in table:
            return Expression(constant=table["value"])
        named = next(name for name in ("not", "python", "path") if name in table)
        treated: list[tuple[str, str]] = [("not", "")] if named == "not" else []
        if "json" in table:
            treated.append(("json", self.text((*path, "json"), table["json"])))
        treated.extend((name, "") for name in ("trim", "lower") if self.flag((*path, name), table.get(name, False)))
        if "without" in table:
            self.text((*path, "without"), table["without"])
            treated.append(("without", table["without"]))  # its blanks belong to it
        if "part" in table:
            treated.append(("part", self.choice((*path, "part"), table["part"], treatments.PARTS)))
        if "region" in table:
            treated.append(("region", self.region((*path, "region"), table["region"])))
        text = self.text((*path, named), table[named])
        function = self.function((*path, named), text) if named == "python" else None
        expression = Expression(text, default=table.get("default"), treatments=tuple(treated), function=function)
        self.compiles((*path, named), expression)
        return expression

    def function(self, path: tuple[str, ...], reference: str) -> Function:
        if self.code_folder is None:
            raise self.complain(
                path,
                f"`{reference}` is Python code, and rules run code only when they are told to.",
                "Look at what it does, then run the same command with --allow-code.",
            )
        try:
            function = code.load(reference, self.code_folder)
        except ExpressionInvalid as error:
            raise self.complain(
                path,
                f"`{reference}` is no function: {error}.",
                "A file is looked for beside the rules, a module where Python finds it.",
            ) from error
        self.functions.append(function)
        return function

    def factors(self, path: tuple[str, ...], table: dict[str, Any]) -> Expression:
        self.known(path, table, FACTOR_KEYS)
        encoding = self.choice((*path, "encoding"), table.get("encoding", "base32"), treatments.ENCODINGS)
        kinds = {name: self.expression((*path, name), table[name]) for name in table if name != "encoding"}
        if not kinds or ("encoding" in table and "totp" not in kinds):
            raise self.complain(path, "`mfa_factors` needs a factor.", 'Write: mfa_factors = { totp = "a field" }')
        if "totp" in kinds:
            found = kinds["totp"]
            kinds["totp"] = replace(found, treatments=(*found.treatments, ("totp", encoding)))
        return Expression(", ".join(each.text for each in kinds.values()), factors=kinds)

    def region(self, path: tuple[str, ...], value: Any) -> str:
        if not isinstance(value, str) or not treatments.knows_region(value):
            raise self.complain(path, f"`{path[-1]}` must be the code of a country.", 'Two capitals, such as "DE".')
        return value

    def compiles(self, path: tuple[str, ...], expression: Expression) -> None:
        try:
            compile_expression(expression)
        except ExpressionInvalid as error:
            raise self.complain(
                path,
                f"`{expression.text}` is not an expression: {error}.",
                "A field whose name is not a plain word stands in double quotes inside: '\"e-mail\"'.",
            ) from error

    def password(self) -> PasswordRules | None:
        table = self.table(("password",))
        if "password" not in self.document:
            return None
        self.known(("password",), table, _PASSWORD_KEYS)
        if "stored" not in table:
            raise self.complain(("password",), "[password] needs `stored`.", 'Write: stored = "the field of the hash"')
        return PasswordRules(
            stored=self.stored(table["stored"]),
            formats=self.formats(table.get("format", AUTO_FORMAT)),
            on_bridge=self.choice(("password", "on_bridge"), table.get("on_bridge", "hold"), ("hold", "reset")),
            on_reset=self.choice(("password", "on_reset"), table.get("on_reset", "hold"), ("hold", "send")),
        )

    def stored(self, value: Any) -> Expression | dict[str, Expression]:
        path = ("password", "stored")
        if isinstance(value, dict) and not _is_expression_table(value):
            if PEPPER in value and not self.send_pepper:
                raise self.complain(
                    (*path, PEPPER),
                    "A pepper is part of what Auth0 would be told of every password: it would no longer be secret.",
                    "If that is agreed, run the same command with --send-pepper; else leave the pepper out, and these "
                    "people are held.",
                )
            return {name: self.expression((*path, name), column) for name, column in value.items()}
        return self.expression(path, value)

    def formats(self, value: Any) -> tuple[str, ...]:
        names = tuple(value) if isinstance(value, list) else (value,)
        for name in names:
            if not isinstance(name, str):
                raise self.complain(("password", "format"), "`format` must be text or a list of texts.")
            if name != AUTO_FORMAT and name not in registry.FORMATS:
                close = difflib.get_close_matches(name, list(registry.FORMATS), n=3)
                hint = f"Did you mean {' or '.join(close)}?" if close else "See docs/reference/hash-formats.md."
                raise self.complain(("password", "format"), f"`{name}` is not a hash format samekey knows.", hint)
        if not names:
            raise self.complain(("password", "format"), "`format` names nothing.", 'Write: format = "auto"')
        return names


def _is_expression_table(table: Mapping[str, Any]) -> bool:
    """`{ value = … }`, `{ not = … }`, `{ python = … }` and `{ path = … }` are expressions; any other is metadata."""
    names = set(table)
    return (
        names == {"value"}
        or ("path" in names and names <= set(_PATH_KEYS))
        or ("not" in names and names <= set(_NEGATION_KEYS))
        or ("python" in names and names <= set(_CODE_KEYS))
    )
