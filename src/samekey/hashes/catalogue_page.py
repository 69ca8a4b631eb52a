"""The catalogue as a page of documentation: every format, an example of it, its verdict and what Auth0 gets."""

import hashlib
from importlib import resources
from types import ModuleType
from typing import Any

import msgspec

from samekey.hashes import catalogue, conversion, forms, registry

_CELL_CHARS_MAX = 90
_PRODUCTS = {
    "Airflow, Superset": ("werkzeug_pbkdf2", "werkzeug_scrypt"),
    "CKAN, Odoo, Redash, pbkdf2_elixir": ("passlib_pbkdf2",),
    "ejabberd": ("scram",),
    "GitLab": ("bcrypt", "passlib_pbkdf2"),
    "Liferay": ("liferay_pbkdf2", "liferay", "ldap", "zope"),
    "Nexus, SonarQube": ("shiro1", "pbkdf2_fields"),
    "OneLogin": ("sha256_salt_pass",),
    "TYPO3": ("argon2_phc", "passlib_pbkdf2", "bcrypt", "phpass"),
    "WSO2": ("wso2", "wso2_pbkdf2", "home_assistant"),
}
"""Products without a format of their own, for those who look for a name."""
_NO_SOFTWARE = "no software makes it"
_COLUMNS = {"salt": "salt", "username": "jo", "pepper": "site secret", "password_salt": "salt"}
"""What an example has beside its hash where a format needs a column."""


def page() -> str:
    """The whole page, in Markdown."""
    examples: dict[str, Any] = msgspec.json.decode(
        resources.files("samekey.hashes").joinpath("examples.json").read_bytes()
    )
    parts = [
        "<!-- Made by docs/generate.py; change the code and run `make docs`. -->\n",
        "# Hash formats\n",
        "**Every way of storing passwords that samekey reads, and what becomes of it.**\n",
        "P is the password as bytes, S a salt as bytes, ‖ puts side by side.",
        "A value that is *exact* says what it is; a *shape* is decided by a known login or by the rules file.",
        "*Confirmed by* names a program that made values which the tests read, carry and check; *published by* names",
        "where a project itself shows a password and what is stored for it, and the tests do the same with that.",
        "Not every variant of a format has a value of its own: try one known login before you rely on it.",
        "*No software makes it* stands beside marks that are no hash: an empty cell, damage, a pointer elsewhere.",
        "The words are those of the [glossary](../glossary.md).\n",
    ]
    for module in registry.MODULES:
        parts += [_heading(module), *_rows(module, examples), ""]
    parts += ["## Products that store one of these\n", "| product | formats |", "| --- | --- |"]
    parts += [f"| {product} | {', '.join(f'`{name}`' for name in names)} |" for product, names in _PRODUCTS.items()]
    parts.append("")
    return "\n".join(parts)


def _heading(module: ModuleType) -> str:
    """The first line of the file that holds these formats."""
    first = (module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    return f"## {first.rstrip('.')}\n"


def _rows(module: ModuleType, examples: dict[str, Any]) -> list[str]:
    """A table of the formats of one file."""
    formats: tuple[catalogue.Format, ...] = module.FORMATS
    names = ("format", "recognised by", "definition", "certainty", "example", "verdict", "Auth0 gets", "confirmed by")
    head = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return head + [_row(described, examples.get(described.name, {})) for described in formats]


def _made_up(described: catalogue.Format) -> Any:
    """A digest of the right size, with the columns that the format needs."""
    sizes = [int(key.rpartition(":")[2]) for key in described.keys if key.startswith("hex:") and key[-1].isdigit()]
    if not sizes:
        return None
    digits = hashlib.shake_256(b"example").hexdigest(sizes[0] // 2)
    columns = {name: _COLUMNS[name] for name in described.needs}
    return {"hash": digits, **columns} if columns else digits


def _row(described: catalogue.Format, told: dict[str, Any]) -> str:
    """One format, with its example and the program that made it."""
    example = told["stored"] if "stored" in told else _made_up(described)
    shown = verdict = gets = ""
    converted = None if example is None else conversion.convert(example, format=described.name)
    if converted is not None and converted.format is not None:
        shown = _code(example if isinstance(example, str) else msgspec.json.encode(example).decode())
        verdict = converted.verdict if converted.reason is None else f"{converted.verdict} ({converted.reason})"
        candidate = registry.read_as(described.name, example)
        if candidate is not None and isinstance(candidate.form, forms.Plain):
            gets = "bcrypt of it, with a salt of its own"
        elif converted.custom_password_hash is not None:
            gets = _code(msgspec.json.encode(converted.custom_password_hash).decode())
    words = (_escaped(described.recognised), _escaped(described.definition), described.certainty)
    cells = [_code(described.name), *words, shown, verdict, gets, _escaped(told.get("by", _NO_SOFTWARE))]
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    """Text as code, cut to what a cell holds."""
    cut = text if len(text) <= _CELL_CHARS_MAX else text[: _CELL_CHARS_MAX - 1] + "…"
    return f"`{_escaped(cut)}`" if cut else "(empty)"


def _escaped(text: str) -> str:
    """Text that stays in its cell."""
    return text.replace("|", "\\|").replace("\n", " ")
