"""Who we are to a tenant: read from the environment, never from a command line."""

from collections.abc import Mapping
from dataclasses import dataclass

from samekey import errors
from samekey.secret import Secret

REFERENCE_PREFIX = "env:"
"""A value `env:NAME` means: what the variable NAME holds."""

REFERENCES_MAX = 8
"""How many references may lead from one to the next; more is a circle."""


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An application's id and secret: a token can be fetched with them whenever one is needed."""

    client_id: str
    """The application, as Auth0 shows it."""
    client_secret: Secret
    """Its secret."""


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A Management API token from elsewhere; when it expires, the work stops."""

    token: Secret
    """The bearer token."""


Credentials = ClientCredentials | StaticToken


def credentials_from(environ: Mapping[str, str]) -> Credentials:
    """Credentials for the Management API: the application's, or else a ready token.

    The application wins where both are given, since its token can be renewed in the middle of a long delivery.

    Raises:
        UsageError: nothing usable is set; the remedy says what to export.

    """
    token = _value(environ, "AUTH0_TOKEN")
    client_id = _value(environ, "AUTH0_CLIENT_ID")
    client_secret = _value(environ, "AUTH0_CLIENT_SECRET")
    if client_id and client_secret:
        return ClientCredentials(_printable("AUTH0_CLIENT_ID", client_id), Secret(client_secret, "client secret"))
    if token:
        return StaticToken(Secret(_printable("AUTH0_TOKEN", token), "token"))
    missing = [
        name for name, value in _named(AUTH0_CLIENT_ID=client_id, AUTH0_CLIENT_SECRET=client_secret) if not value
    ]
    raise errors.UsageError(
        f"No credentials for the tenant: {' and '.join(missing)} not set, and no AUTH0_TOKEN either.",
        remedy="export AUTH0_CLIENT_ID=… AUTH0_CLIENT_SECRET=… of a machine-to-machine application that may use the "
        "Management API, or AUTH0_TOKEN=… for a token that cannot be renewed.",
    )


def login_credentials_from(environ: Mapping[str, str]) -> ClientCredentials:
    """Credentials of the application through which people log in.

    Raises:
        UsageError: one of the two is not set.

    """
    client_id = _value(environ, "AUTH0_LOGIN_CLIENT_ID")
    client_secret = _value(environ, "AUTH0_LOGIN_CLIENT_SECRET")
    if client_id and client_secret:
        return ClientCredentials(_printable("AUTH0_LOGIN_CLIENT_ID", client_id), Secret(client_secret, "client secret"))
    found = _named(AUTH0_LOGIN_CLIENT_ID=client_id, AUTH0_LOGIN_CLIENT_SECRET=client_secret)
    missing = [name for name, value in found if not value]
    raise errors.UsageError(
        f"No application to log in through: {' and '.join(missing)} not set.",
        remedy="export AUTH0_LOGIN_CLIENT_ID=… AUTH0_LOGIN_CLIENT_SECRET=… of an application with the Password grant "
        "switched on.",
    )


def _named(**values: str) -> list[tuple[str, str]]:
    return list(values.items())


def _value(environ: Mapping[str, str], name: str) -> str:
    """What a variable holds, references followed; empty when there is nothing."""
    asked = name
    for _ in range(REFERENCES_MAX):
        value = environ.get(name, "").strip()
        if not value.startswith(REFERENCE_PREFIX):
            if not value and name != asked:
                raise errors.UsageError(f"{asked} refers to {name}, which is not set.", remedy=f"export {name}=…")
            return value
        name = value.removeprefix(REFERENCE_PREFIX)
    raise errors.UsageError(f"The references of {asked} lead round in a circle.", remedy=f"export {asked}=…")


def _printable(name: str, value: str) -> str:
    """A header takes printable ASCII only; what else is there came with the copying."""
    if value.isascii() and value.isprintable() and " " not in value:
        return value
    raise errors.UsageError(
        f"{name} holds blanks, line breaks or characters outside ASCII.", remedy="Copy the value again and export it."
    )
