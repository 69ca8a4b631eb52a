"""Would Auth0's import take this user? The tenant's own reading: the published schema, then what prose adds to it.

The schema is applied by a generic JSON Schema library. The pipeline's acceptance check is written by hand and never
reads that file: two readings that can disagree.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import jsonschema_rs
import msgspec

from samekey.auth0 import limits
from samekey.rehearsal import complaints, hash_musts, impossible_hashes

_WHITE_SPACE = re.compile(r"\s")
_USERNAME = re.compile(limits.USERNAME_PATTERN)
_CHARS_MAX = {
    "email": limits.EMAIL_CHARS_MAX,
    "user_id": limits.USER_ID_CHARS_MAX,
    "name": limits.NAME_CHARS_MAX,
    "nickname": limits.NICKNAME_CHARS_MAX,
}


class ImportRules:
    """The rules of one connection for the users of an import file."""

    def __init__(
        self, options: Mapping[str, Any], *, profile_bytes_max: int, refuses_impossible_hashes: bool = False
    ) -> None:
        """Args:
        options: the connection's options.
        profile_bytes_max: what one profile may weigh.
        refuses_impossible_hashes: whether a hash that no password can match fails already here.

        """
        text = resources.files("samekey.auth0").joinpath("user_schema.json").read_text(encoding="utf-8")
        schema: dict[str, Any] = msgspec.json.decode(text)
        schema["required"] = required_identifiers(options)
        self._any_identifier = active_identifiers(options) if "attributes" in options else []
        self._validator = jsonschema_rs.validator_for(schema, validate_formats=True)
        of_all = {"$schema": schema["$schema"], "type": "array", "items": schema}
        self._validator_of_all = jsonschema_rs.validator_for(of_all, validate_formats=True)
        self._username_limits = username_limits(options)
        self._username_may_be_email = bool(options.get("attributes"))
        self._profile_bytes_max = profile_bytes_max
        self._refuses_impossible_hashes = refuses_impossible_hashes

    def complaints_about_all(self, users: Sequence[Any]) -> list[Sequence[complaints.Complaint]]:
        """The same for every entry of a file, asking the schema once when nothing is wrong with any of them."""
        try:
            fit = self._validator_of_all.is_valid(users)
        except (ValueError, RecursionError):
            fit = False
        return [self._beyond_schema(user) if fit else self.complaints_about(user) for user in users]

    def complaints_about(self, user: Any) -> list[complaints.Complaint]:
        """Everything wrong with one entry of an import file; empty when it can be imported."""
        if not isinstance(user, dict):
            found = complaints.json_type(user)
            return [complaints.complaint("INVALID_TYPE", f"Expected type object but found type {found}", [])]
        try:
            if self._validator.is_valid(user):
                return self._beyond_schema(user)
            return [complaints.from_schema(error) for error in self._validator.iter_errors(user)]
        except (ValueError, RecursionError):
            return [complaints.complaint("INVALID_FORMAT", "The user is nested too deeply", [])]

    def _beyond_schema(self, user: dict[str, Any]) -> list[complaints.Complaint]:
        # Plain appends and no generators: this runs for every user of every import.
        found: list[complaints.Complaint] = []
        if self._any_identifier and not any(user.get(name) for name in self._any_identifier):
            found.append(complaints.Complaint("ANY_OF_MISSING", "Data does not match any schemas from 'anyOf'"))
        if "custom_password_hash" in user:
            if "password_hash" in user:
                found.append(complaints.Complaint("NOT_PASSED", "Forbidden attribute in appUser: "))
            found += hash_musts.complaints_about(user["custom_password_hash"])
            if self._refuses_impossible_hashes and not found:
                found += impossible_hashes.complaints_about(user["custom_password_hash"])
        for name, maximum in _CHARS_MAX.items():
            if name in user and len(user[name]) > maximum:
                found.append(complaints.too_long(len(user[name]), maximum, [name]))
        self._look_at_identifiers(user, found)
        for name in ("app_metadata", "user_metadata"):
            if name in user:
                _look_at_keys(user[name], [name], found)
        if self._is_oversized(user):
            found.append(complaints.Complaint("PROFILE_SIZE_EXCEEDED", "The user profile is larger than allowed"))
        return found

    def _look_at_identifiers(self, user: dict[str, Any], found: list[complaints.Complaint]) -> None:
        if "username" in user:
            found.extend(self._about_username(user["username"]))
        if "user_id" in user and (not user["user_id"] or _WHITE_SPACE.search(user["user_id"])):
            found.append(complaints.no_pattern(r"^\S+$", ["user_id"]))
        if "email" in user and (local_chars := user["email"].rfind("@")) > limits.EMAIL_LOCAL_CHARS_MAX:
            found.append(complaints.too_long(local_chars, limits.EMAIL_LOCAL_CHARS_MAX, ["email"]))

    def _is_oversized(self, user: dict[str, Any]) -> bool:
        # The whole record bounds its profile, and is much cheaper to measure: most records end here.
        encoded = msgspec.json.encode(user)
        return len(encoded) > self._profile_bytes_max and (
            len(msgspec.json.encode(profile_part(user))) > self._profile_bytes_max
        )

    def _about_username(self, username: str) -> Iterator[complaints.Complaint]:
        minimum, maximum = self._username_limits
        if len(username) < minimum:
            yield complaints.too_short(len(username), minimum, ["username"])
        if len(username) > maximum:
            yield complaints.too_long(len(username), maximum, ["username"])
        if not _USERNAME.match(username):
            yield complaints.no_pattern(limits.USERNAME_PATTERN, ["username"])
        elif "@" in username[1:-1] and not self._username_may_be_email:
            sentence = "Object didn't pass validation for format username"
            yield complaints.complaint("INVALID_FORMAT", f"{sentence}: {username}", ["username"])


def required_identifiers(options: Mapping[str, Any]) -> list[str]:
    """The identifiers every user of a connection must have.

    A classic connection asks for the email, and for the username too when `requires_username` is on; one with
    `attributes` asks for those with `profile_required`.
    """
    attributes: Mapping[str, Any] | None = options.get("attributes")
    if attributes is None:
        return ["email", "username"] if options.get("requires_username") else ["email"]
    names = {"email": "email", "username": "username", "phone_number": "phone_number"}
    return [name for name in names if (attributes.get(name) or {}).get("profile_required")]


def active_identifiers(options: Mapping[str, Any]) -> list[str]:
    """The identifiers a connection with `attributes` lets people log in with."""
    attributes: Mapping[str, Any] = options["attributes"]
    names = ("email", "username", "phone_number")
    return [name for name in names if ((attributes.get(name) or {}).get("identifier") or {}).get("active")]


def username_limits(options: Mapping[str, Any]) -> tuple[int, int]:
    """Shortest and longest username of a connection."""
    classic = (options.get("validation") or {}).get("username") or {}
    attribute = ((options.get("attributes") or {}).get("username") or {}).get("validation") or {}
    chosen = {**classic, **attribute}
    return (
        int(chosen.get("min", chosen.get("min_length", 1))),
        int(chosen.get("max", chosen.get("max_length", limits.USERNAME_CHARS_DEFAULT_MAX))),
    )


def profile_part(user: Mapping[str, Any]) -> dict[str, Any]:
    """A user without password and factors: what counts as the profile."""
    secret = {"password_hash", "custom_password_hash", "mfa_factors"}
    return {name: value for name, value in user.items() if name not in secret}


def _look_at_keys(value: Any, steps: list[str | int], found: list[complaints.Complaint]) -> None:
    """Complain about forbidden characters in keys, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if "." in key or "$" in key:
                found.append(complaints.no_pattern("^[^.$]*$", steps))
            if isinstance(inner, dict | list):
                _look_at_keys(inner, [*steps, key], found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict | list):
                _look_at_keys(inner, [*steps, index], found)
