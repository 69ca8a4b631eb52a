"""Where a tenant answers: parsed once, refused early when a secret or a path hides in it."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from samekey import errors

EXAMPLE = "https://your-tenant.eu.auth0.com"

_HOST = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*\.?")
_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class TenantAddress:
    """A tenant's scheme, host and port; nothing else of a URL belongs to a tenant."""

    scheme: str
    """https, or http to loopback."""
    host: str
    """In lower case; an IPv6 address without brackets."""
    port: int | None = None
    """None for the scheme's own."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a person typed.

        Args:
            text: `https://tenant.eu.auth0.com`, the bare host (https is meant), or `http://127.0.0.1:PORT`.

        Raises:
            UsageError: user or password inside, a path, plain http to another machine, or no address at all. The
                message never repeats the text, since it may hold a password.

        """
        parts = _split(text.strip())
        if parts.username is not None or parts.password is not None:
            raise errors.UsageError(
                "The tenant's address holds a user name or password, and an address ends up in logs.",
                remedy="Write the address alone and export AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.",
            )
        if parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise errors.UsageError(
                "The tenant's address holds more than a host.", remedy=f"Write it like {EXAMPLE}, without a path."
            )
        address = cls(parts.scheme, _host(parts), _port(parts))
        if address.scheme == "http" and not address.is_loopback:
            raise errors.UsageError(
                "Plain http would show every password hash to the network.",
                remedy="Write https://; plain http is only for 127.0.0.1 and localhost.",
            )
        return address

    @property
    def url(self) -> str:
        """The address without a slash at the end."""
        return f"{self.scheme}://{self._authority}"

    @property
    def audience(self) -> str:
        """What a Management API token is asked for: with the slash at the end (Management API access tokens)."""
        return f"{self.url}/api/v2/"

    @property
    def is_loopback(self) -> bool:
        """Whether this machine answers, as a rehearsal tenant does."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def name(self) -> str:
        """For a folder: letters, digits, dots and dashes that tell one tenant from another."""
        port = "" if self.port is None else f"-{self.port}"
        return self.host.replace(":", "-").strip("-") + port

    def __str__(self) -> str:
        return self.url

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def _split(text: str) -> SplitResult:
    written = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(written)
    except ValueError:
        raise _not_an_address() from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise errors.UsageError("The tenant's address is neither https nor http.", remedy=f"Write it like {EXAMPLE}.")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host and "%" not in host:  # an address of one network card's own, `%eth0`, is no tenant's
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise _not_an_address() from None
    if not _HOST.fullmatch(host):
        raise _not_an_address()
    return host.removesuffix(".")


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise _not_an_address() from None
    return None if port == _DEFAULT_PORTS[parts.scheme] else port


def _not_an_address() -> errors.UsageError:
    return errors.UsageError("The tenant's address cannot be one.", remedy=f"Write it like {EXAMPLE}.")
