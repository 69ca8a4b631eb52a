"""The figures of a survey once more, by SQL: DuckDB reads the same export and knows nothing of samekey."""

from pathlib import Path
from typing import Any

import duckdb

from samekey.survey.findings import Findings, expression

# The address by RFC 5322's atoms and host names with a top level, at most 64 characters before the @ and 254 in all,
# as DuckDB's own regular expressions say it.
_ADDRESS = (
    r"^[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&''*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)
_FORMATS = {
    "raw_sha1": r"^[0-9a-f]{40}$",
    "raw_md5": r"^[0-9A-F]{32}$",
    "bcrypt cost=4": r"^\$2b\$04\$.{53}$",
    "bcrypt cost=5": r"^\$2b\$05\$.{53}$",
    "django_pbkdf2": r"^pbkdf2_sha256\$260000\$",
    "sha512_crypt": r"^\$6\$",
    "phpass": r"^\$P\$",
    "django_unusable": r"^!$",
    "unknown": r"^what is this$",
}
"""Which texts are of which kind; the names are for people, the survey's own may differ."""


def figures(path: Path) -> dict[str, Any]:
    """What DuckDB counts in an export of `dirty_export`."""
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE users AS SELECT row_number() OVER () - 1 AS number, json FROM read_ndjson_objects('{path}')"
        )

        def ask(what: str, where: str = "true") -> Any:
            rows = connection.execute(f"SELECT {what} FROM users WHERE {where}").fetchall()
            return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows

        email = "json->>'$.email'"
        valid = (
            f"regexp_full_match({email}, '{_ADDRESS}') AND length(split_part({email}, '@', 1)) <= 64"
            f" AND length({email}) <= 254"
        )
        day = "(json->>'$.last_login')[1:10]"
        return {
            "records": ask("count(*)"),
            "fields": {
                name: {
                    "filled": ask("count(*)", f"coalesce({_text(name)}, '') <> ''"),
                    "distinct": ask(f"count(DISTINCT nullif({_text(name)}, ''))"),
                    "nulls": ask("count(*)", f"json_type(json, '{_place(name)}') = 'NULL'"),
                    "types": _types(ask, name),
                }
                for name in (
                    "id", "email", "password", "first_name", "profile.plan", "profile.logins", "last_login", "active",
                )
            },
            "email": {
                "valid": ask("count(*)", valid),
                "missing": ask("count(*)", f"coalesce({email}, '') = ''"),
                "invalid": ask("count(*)", f"coalesce({email}, '') <> '' AND NOT ({valid})"),
                "duplicates": ask(f"count(*) - count(DISTINCT lower({email}))", valid),
            },
            "id": {"duplicates": ask("count(*) - count(DISTINCT json->>'$.id')")},
            "passwords": sorted(
                [ask("count(*)", f"regexp_matches(json->>'$.password', '{like}')") for like in _FORMATS.values()]
                + [ask("count(*)", "coalesce(json->>'$.password', '') = ''")]
            ),
            "logins": {
                "years": dict(ask(f"{day}[1:4] AS year, count(*)", f"{day} IS NOT NULL GROUP BY year ORDER BY year")),
                "never": ask("count(*)", f"{day} IS NULL"),
                "earliest": ask(f"min({day})"),
                "latest": ask(f"max({day})"),
                "recent": ask(
                    "count(*)", f"{day}::DATE > (SELECT max({day}::DATE) FROM users) - 90"
                ),
            },
        }  # fmt: skip


def surveyed(found: Findings) -> dict[str, Any]:
    """The same figures as a survey has them; estimates of different values are left out and come beside."""
    email, user_id, logins = found.identifier("email"), found.identifier("user_id"), found.logins
    if not (email and user_id and logins and found.password):
        raise AssertionError(found.identifiers)
    return {
        "records": found.records,
        "fields": {
            expression(one.path): {
                "filled": one.filled,
                "distinct": one.distinct,
                "nulls": one.types.get("null", 0),
                "types": dict(one.types),
            }
            for one in found.fields
        },
        "email": {
            "valid": email.valid,
            "missing": email.missing,
            "invalid": sum(email.invalid.values()),
            "duplicates": email.duplicates,
        },
        "id": {"duplicates": user_id.duplicates},
        "passwords": sorted(cluster.users for cluster in found.password.clusters),
        "logins": {
            "years": dict(logins.years),
            "never": logins.never,
            "earliest": logins.earliest,
            "latest": logins.latest,
            "recent": logins.recent["90"],
        },
    }


def without_estimates(figures: dict[str, Any], found: Findings) -> dict[str, Any]:
    """The figures but for numbers of different values that the survey only estimates."""
    exact = {expression(one.path) for one in found.fields if one.distinct_exact}
    fields = {
        name: {key: value for key, value in counts.items() if key != "distinct" or name in exact}
        for name, counts in figures["fields"].items()
    }
    return {**figures, "fields": fields}


def _place(name: str) -> str:
    return f"$.{name}"


def _text(name: str) -> str:
    return f"(json->>'{_place(name)}')"


_TYPES = {"VARCHAR": "text", "UBIGINT": "number", "BIGINT": "number", "BOOLEAN": "boolean", "NULL": "null"}


def _types(ask: Any, name: str) -> dict[str, int]:
    rows = ask(f"json_type(json, '{_place(name)}') AS kind, count(*)", "kind IS NOT NULL GROUP BY kind ORDER BY kind")
    counted: dict[str, int] = {}
    for kind, count in rows:
        counted[_TYPES[kind]] = counted.get(_TYPES[kind], 0) + count
    return dict(sorted(counted.items()))
