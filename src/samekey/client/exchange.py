"""One request out, one answer in, over httpx2; no exception of the library gets past this file.

Rules: no redirect is followed, every wait has an end, an answer has a largest size, and an error says whether the
request may have arrived. Nothing here knows tokens, retries or what a status means.
"""

import functools
import importlib.metadata
from collections.abc import Iterator

import httpx2

from samekey import errors
from samekey.client.address import TenantAddress
from samekey.client.answers import Answer, Request
from samekey.clock import Clock

ANSWER_BYTES_MAX = 64 * 1024 * 1024
"""The largest answer that is read: far above the error list of a full chunk, far below the memory of a machine."""

ANSWER_SECONDS_MAX = 300.0
"""How long one answer may trickle in, whatever the pause between two of its pieces."""

NEVER_ARRIVED = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
"""What the library raises before a connection to the tenant stands."""

UNREADABLE = (httpx2.DecodingError, httpx2.TooManyRedirects, httpx2.CookieConflict, httpx2.SSEError, httpx2.StreamError)
"""What the library raises over an answer that came, so that the request certainly may have been obeyed."""

LIBRARY_ERRORS = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.CookieConflict, httpx2.StreamError)
"""The roots of everything the library raises."""


def translated(error: Exception) -> errors.SamekeyError:
    """An error of the library as one of ours. Its own text is left out where it may hold what was sent."""
    kind = type(error).__name__
    if isinstance(error, httpx2.InvalidURL):
        return errors.UsageError("The tenant's address cannot be used.", remedy="Check the address.")
    if isinstance(error, NEVER_ARRIVED):
        return errors.TenantUnreachable(f"No connection to the tenant ({kind}).", may_have_arrived=False)
    if isinstance(error, UNREADABLE):
        return errors.TenantUnexpected(f"The tenant's answer cannot be read ({kind}).")
    return errors.TenantUnreachable(f"The tenant gave no answer ({kind}).")


class Exchange:
    """A way to one tenant."""

    def __init__(
        self, address: TenantAddress, *, clock: Clock, timeout_seconds: float, http: httpx2.Client | None = None
    ) -> None:
        """Args:
        address: the tenant; every request goes there and nowhere else.
        clock: bounds how long an answer may trickle in.
        timeout_seconds: the longest wait for a connection and between two pieces of an answer.
        http: a client of the caller's, who also closes it; one is made when None.

        Raises:
            UsageError: certificates or proxies of the environment cannot be used.

        """
        self._address = address
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._owned = http is None
        self._http = http if http is not None else _new_client(address)

    def send(self, request: Request) -> Answer:
        """Send once and read the answer to its end, whatever its status.

        Raises:
            TenantUnreachable: no answer; says whether the request may have arrived.
            TenantUnexpected: an answer that is too large or damaged.

        """
        try:
            sent = self._built(request)
            response = self._http.send(sent, stream=True, follow_redirects=False)
            try:
                body = self._read(response)
            finally:
                response.close()
        except UnicodeError:
            # Only a request is text; the error holds the whole of it, secrets included, so it is not chained.
            raise errors.UsageError(
                "A name, password or secret holds characters that are no text.", remedy="Write it again as UTF-8."
            ) from None
        except LIBRARY_ERRORS as error:
            raise translated(error) from error
        return Answer(response.status_code, body, {name.lower(): value for name, value in response.headers.items()})

    def download(self, location: str) -> Iterator[bytes]:
        """The content behind an address that the tenant gave, piece by piece; no header of ours goes there.

        Args:
            location: an address, perhaps without its scheme, as one of Auth0's own samples shows it.

        Raises:
            TenantRefused: the address is no longer good, or is plain http to another machine.
            TenantUnreachable: it did not answer, or broke off.

        """
        url = location if "://" in location else f"{self._address.scheme}://{location}"
        TenantAddress.parse(_origin(url))  # refuses plain http to another machine
        try:
            with self._http.stream(
                "GET", url, headers={"user-agent": user_agent(), "accept-encoding": "identity"}
            ) as response:
                if not response.is_success:
                    raise errors.TenantRefused(
                        f"The address of an export is not good (status {response.status_code}).",
                        status=response.status_code,
                        remedy="Run the same command again.",
                    )
                yield from response.iter_raw()
        except LIBRARY_ERRORS as error:
            raise translated(error) from error

    def close(self) -> None:
        """Let go of the connections; a client that was passed in stays open."""
        if self._owned:
            self._http.close()

    def _built(self, request: Request) -> httpx2.Request:
        headers = {"user-agent": user_agent(), "accept": "application/json", **request.headers}
        file = request.file
        return self._http.build_request(
            request.method,
            self._address.url + request.path,
            params=dict(request.query) or None,
            json=request.json,
            data=dict(request.fields) or None,
            files=None if file is None else {file.name: (file.filename, file.content, file.content_type)},
            headers=headers,
            timeout=self._timeout_seconds,
        )

    def _read(self, response: httpx2.Response) -> bytes:
        """The body, up to the largest size and the longest time."""
        body = bytearray()
        started = self._clock.now()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > ANSWER_BYTES_MAX:
                raise errors.TenantUnexpected(
                    f"The tenant's answer is larger than {ANSWER_BYTES_MAX} bytes.", status=response.status_code
                )
            if (self._clock.now() - started).total_seconds() > ANSWER_SECONDS_MAX:
                raise errors.TenantUnreachable("The tenant's answer did not end in time.")
        return bytes(body)


def _origin(url: str) -> str:
    """Scheme, host and port of an address."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


@functools.cache
def user_agent() -> str:
    """How samekey presents itself."""
    return f"samekey/{importlib.metadata.version('samekey')}"


def _new_client(address: TenantAddress) -> httpx2.Client:
    try:
        # A proxy of the environment is for the outside; a rehearsal tenant is on this machine.
        return httpx2.Client(trust_env=not address.is_loopback, follow_redirects=False)
    except (OSError, ValueError, ImportError, *LIBRARY_ERRORS) as error:
        raise errors.UsageError(
            "The HTTP client cannot be set up with this environment.",
            remedy="Check SSL_CERT_FILE, SSL_CERT_DIR and the proxy variables.",
        ) from error
