"""Directories over LDAP, page by page, so that neither the server's limits nor memory end the search.

Entries look as in LDIF: an attribute with one value is a text, with several a list, and `dn` is a field of its own.
Referrals to other servers are not followed; Active Directory always sends some, to its own configuration.

The address is that of RFC 4516, with the name to bind as before the host:
`ldaps://cn=reader,dc=example,dc=com:env:LDAP_PASSWORD@ldap.example.com/ou=people,dc=example,dc=com??sub?(uid=*)`
"""

import hashlib
import ipaddress
import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from samekey.errors import SourceDamaged, SourceError, UsageError
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, extras, ldif
from samekey.sources.options import SourceOptions

if TYPE_CHECKING:
    import ldap3

SCHEMES = ("ldap", "ldaps")
SCOPES = {"": "SUBTREE", "sub": "SUBTREE", "one": "LEVEL", "base": "BASE"}
"""The scopes of an address. Source: RFC 4516 2.1, where an empty one means `base`; whoever exports wants everybody."""

_PAGE_ENTRIES = 500
_CONNECT_SECONDS = 15
_ANSWER_SECONDS = 120
_ENV = "env:"
_EXAMPLE = "ldaps://cn=reader,dc=example,dc=com:env:LDAP_PASSWORD@host/dc=example,dc=com"


class SearchEnded(Exception):  # becomes SourceDamaged as soon as the position is known
    """The server ended a search before all of it was told."""

    def __init__(self, description: str) -> None:
        """Args:
        description: the name of the server's result code.

        """
        self.description = description
        super().__init__()


@dataclass(frozen=True, slots=True)
class DirectorySource:
    """The entries that a search finds, in the order of the directory. It is one range; a position is a number."""

    address: str
    """As the user wrote it; it holds no password."""
    host: str
    """Name of the server."""
    port: int
    """Its port."""
    encrypted: bool
    """Whether TLS comes first (ldaps) or after the connection is made."""
    bind_name: str
    """Who asks; empty for nobody in particular."""
    password_variable: str
    """The environment variable with the password."""
    search_base: str
    """Where in the tree to begin."""
    attributes: tuple[str, ...]
    """What to read of an entry; everything a user may see when empty."""
    scope: str
    """How deep, in ldap3's words."""
    search_filter: str
    """Which entries."""

    def describe(self) -> base.Description:
        """What this source is. Its fingerprint is that of the entries, in order."""
        return base.Description(self.address, "ldap", None, self._fingerprint)

    def ranges(self, count: int) -> list[base.Range]:  # noqa: ARG002  # the protocol's
        """Everything."""
        return [base.Range()]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:  # noqa: ARG002  # the protocol's
        """Every entry."""
        with extras.needed("ldap", for_what="Directories"):
            from ldap3.core.exceptions import LDAPException
        connection = self._connected()
        index = 0
        try:
            for entry in self._entries(connection):
                place = Position(index)
                index += 1
                if after is None or place.index > after.index:
                    yield SourceRecord(place, _fields(entry))
        except (LDAPException, SearchEnded, OSError) as cause:
            raise SourceDamaged(
                f"{self.address} failed in {Position(index)}: {_reason(cause)}. Everything before it was read.",
                remedy="Look at the server, its limits and the user's rights, then run the same command again.",
            ) from None
        finally:
            # Whatever the state of the connection, closing it has nothing left to say.
            connection.strategy.close()

    def _entries(self, connection: "ldap3.Connection") -> Iterator[dict[str, Any]]:
        found = connection.extend.standard.paged_search(
            self.search_base,
            self.search_filter,
            search_scope=self.scope,
            attributes=list(self.attributes) or ["*"],
            paged_size=_PAGE_ENTRIES,
            generator=True,
        )
        yield from (entry for entry in found if entry["type"] == "searchResEntry")
        # ldap3 takes a search that met a limit for a good one, whatever it was told about exceptions.
        if connection.result["result"] != 0:
            raise SearchEnded(connection.result["description"])

    def _connected(self) -> "ldap3.Connection":
        import ldap3
        from ldap3.core.exceptions import LDAPException

        password = os.environ.get(self.password_variable) if self.password_variable else None
        if self.password_variable and password is None:
            raise UsageError(f"{self.password_variable} is not set.", remedy=f"export {self.password_variable}=…")
        trusted = ldap3.Tls(validate=ssl.CERT_REQUIRED)
        server = ldap3.Server(
            self.host, self.port, use_ssl=self.encrypted, tls=trusted, get_info=ldap3.NONE,
            connect_timeout=_CONNECT_SECONDS,
        )  # fmt: skip
        connection = ldap3.Connection(
            server, self.bind_name or None, password, read_only=True, raise_exceptions=True,
            auto_referrals=False, receive_timeout=_ANSWER_SECONDS,
        )  # fmt: skip
        try:
            # ldap3 leaves the socket of a failed attempt open; whether somebody is there is asked before.
            socket.create_connection((self.host, self.port), _CONNECT_SECONDS).close()
            connection.open()
            if not self.encrypted and not _is_loopback(self.host):
                # What is asked and answered holds passwords.
                connection.start_tls()
            connection.bind()
        except (LDAPException, OSError) as cause:
            connection.strategy.close()
            raise SourceError(
                f"{self.address} cannot be read: {_reason(cause)}.",
                remedy="Check the address, the name to bind as and its password; use ldaps:// where the server does "
                "not know StartTLS.",
            ) from None
        return connection

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for item in self.read(base.Range()):
            digest.update(msgspec.json.encode(item.fields if isinstance(item, SourceRecord) else item.reason) + b"\n")
        return digest.hexdigest()


def open_directory(address: str, options: SourceOptions) -> DirectorySource:
    """The source in a directory.

    Args:
        address: an ldap:// or ldaps:// address.
        options: none mean anything here.

    Raises:
        UsageError: the address holds a password or cannot be read, an option was given, or ldap3 is not installed.

    """
    options.refuse_all_but(source_format="ldap")
    with extras.needed("ldap", for_what="Directories"):
        import ldap3
    del ldap3
    scheme, _, rest = address.partition("://")
    encrypted = scheme.lower() == "ldaps"
    authority, _, path = rest.partition("/")
    user, _, place = authority.rpartition("@")
    name, _, secret = user.partition(":")
    if secret and not secret.startswith(_ENV):
        raise UsageError(
            f"A password stands in the {scheme}:// address.",
            remedy=f"Put it into the environment and name the variable: {_EXAMPLE}",
        )
    host, port = _host_and_port(place, default=636 if encrypted else 389)
    search_base, attributes, scope, search_filter = (*map(unquote, path.split("?", 3)), "", "", "", "")[:4]
    if not host or not search_base or scope not in SCOPES:
        raise UsageError(f"This {scheme}:// address cannot be read.", remedy=f"Write {_EXAMPLE}")
    return DirectorySource(
        address=address,
        host=host,
        port=port,
        encrypted=encrypted,
        bind_name=unquote(name),
        password_variable=secret.removeprefix(_ENV),
        search_base=search_base,
        attributes=tuple(filter(None, attributes.split(","))),
        scope=SCOPES[scope],
        search_filter=search_filter or "(objectClass=*)",
    )


def _host_and_port(place: str, *, default: int) -> tuple[str, int]:
    """The server; an empty name when it cannot be read."""
    host, colon, port = place.rpartition(":")
    if place.endswith("]") or not colon:
        return place.strip("[]"), default
    return (host.strip("[]"), int(port)) if port.isdecimal() else ("", default)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _fields(entry: dict[str, Any]) -> dict[str, ldif.Value]:
    fields: dict[str, ldif.Value] = {"dn": entry["dn"]}
    for name, found in entry["raw_attributes"].items():
        texts = [ldif.text_of(value, name) for value in found]
        if texts:
            fields[name] = texts[0] if len(texts) == 1 else texts
    return fields


def _reason(cause: Exception) -> str:
    """What the server answered, in a word; what else the driver says may hold the password."""
    if isinstance(cause, OSError):
        return cause.strerror or type(cause).__name__
    return str(getattr(cause, "description", "") or type(cause).__name__)
