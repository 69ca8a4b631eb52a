"""A tenant's address is read once and refused early."""

import pytest

from samekey import errors
from samekey.client.address import TenantAddress


class TestTenantAddress:
    """What a person types becomes scheme, host and port."""

    @pytest.mark.parametrize(
        ("text", "url"),
        [
            pytest.param("https://acme.eu.auth0.com", "https://acme.eu.auth0.com", id="whole"),
            pytest.param("acme.eu.auth0.com", "https://acme.eu.auth0.com", id="bare-host-means-https"),
            pytest.param(" https://Acme.EU.auth0.com/ ", "https://acme.eu.auth0.com", id="case-slash-blanks"),
            pytest.param("https://acme.eu.auth0.com:443", "https://acme.eu.auth0.com", id="own-port-left-out"),
            pytest.param("acme.example:8443", "https://acme.example:8443", id="bare-host-with-port"),
            pytest.param("http://127.0.0.1:4455", "http://127.0.0.1:4455", id="loopback"),
            pytest.param("http://localhost:4455", "http://localhost:4455", id="localhost"),
            pytest.param("http://[::1]:4455", "http://[::1]:4455", id="loopback-v6"),
        ],
    )
    def test_reads_an_address(self, text: str, url: str) -> None:
        """Every usual way to write a tenant leads to one form."""
        assert url == TenantAddress.parse(text).url

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("https://me:hunter2@acme.eu.auth0.com", id="userinfo"),
            pytest.param("me:hunter2@acme.eu.auth0.com", id="userinfo-without-scheme"),
            pytest.param("https://hunter2@acme.eu.auth0.com", id="user-only"),
            pytest.param("https://acme.eu.auth0.com/hunter2", id="path"),
            pytest.param("https://acme.eu.auth0.com?key=hunter2", id="query"),
            pytest.param("https://acme.eu.auth0.com#hunter2", id="fragment"),
            pytest.param("http://hunter2.eu.auth0.com", id="plain-http"),
            pytest.param("http://localhost.hunter2.example", id="plain-http-looks-like-loopback"),
            pytest.param("ftp://hunter2.example", id="other-scheme"),
            pytest.param("https://", id="nothing"),
            pytest.param("https://acme hunter2", id="blank-inside"),
            pytest.param("https://acme.example:hunter2", id="port-is-no-number"),
            pytest.param("https://acme.example:99999", id="port-too-large"),
            pytest.param("https://[hunter2", id="bracket-open"),
            pytest.param("https://..", id="dots"),
            pytest.param("https://[::g]", id="no-ipv6"),
            pytest.param("https://[fe80::1%hunter2]", id="zone"),
        ],
    )
    def test_refuses_what_is_none_without_repeating_it(self, text: str) -> None:
        """A refusal has a remedy and never shows the text, which may hold a password."""
        with pytest.raises(errors.UsageError) as caught:
            TenantAddress.parse(text)
        assert caught.value.remedy
        assert "hunter2" not in caught.value.message + caught.value.remedy

    def test_prints_as_its_url(self) -> None:
        """An address in a sentence is its URL."""
        assert str(TenantAddress.parse("http://[0:0::1]:4455")) == "http://[::1]:4455"

    def test_names_the_audience_with_a_slash(self) -> None:
        """The Management API's audience ends in a slash."""
        assert TenantAddress.parse("acme.eu.auth0.com").audience == "https://acme.eu.auth0.com/api/v2/"

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("acme.eu.auth0.com", "acme.eu.auth0.com"),
            ("http://127.0.0.1:4455", "127.0.0.1-4455"),
            ("http://[::1]:4455", "1-4455"),
        ],
    )
    def test_names_a_folder(self, text: str, name: str) -> None:
        """The name can stand in a path on any system."""
        assert name == TenantAddress.parse(text).name

    @pytest.mark.parametrize(
        ("text", "answer"),
        [("http://127.0.0.9:1", True), ("https://localhost", True), ("https://acme.eu.auth0.com", False)],
    )
    def test_knows_this_machine(self, *, text: str, answer: bool) -> None:
        """Loopback is told from everything else."""
        assert answer is TenantAddress.parse(text).is_loopback
