"""The mistake this project began with: base64 over the hex text of a digest imports cleanly and never logs in."""

import base64
import hashlib
from pathlib import Path

import pytest

from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.client.management import Management
from samekey.client.signin import LoginWord, SignIn
from samekey.client.transport import Transport
from samekey.clock import SystemClock
from samekey.hashes import auth0_check, conversion, payload_rules
from samekey.rehearsal import server
from samekey.secret import Secret

PASSWORD = "Kestrel-41:river"
HEX_TEXT = hashlib.sha1(PASSWORD.encode()).hexdigest()
BASE64_OF_HEX = base64.b64encode(HEX_TEXT.encode()).decode()
PAYLOAD = {"algorithm": "sha1", "hash": {"value": BASE64_OF_HEX, "encoding": "base64"}}


class TestBase64OfHex:
    """Forty bytes where SHA-1 has twenty."""

    def test_is_accepted_by_the_import_and_never_by_the_door(self, tmp_path: Path) -> None:
        """The job says one user inserted, and that user's right password is refused."""
        clock = SystemClock()
        with server.serve(store=tmp_path / "tenant.sqlite") as tenant:
            address = TenantAddress.parse(tenant.url)
            credentials = ClientCredentials(tenant.client_id, Secret(tenant.client_secret))
            chunk = (
                '[{"email":"ann@example.org","custom_password_hash":{"algorithm":"sha1",'
                f'"hash":{{"value":"{BASE64_OF_HEX}","encoding":"base64"}}}}}}]'
            )
            with Transport(address, credentials, clock=clock) as transport:
                management = Management(transport)
                job = management.submit_import(
                    chunk.encode(),
                    connection_id=tenant.connection_id,
                    upsert=False,
                    external_id="one",
                    send_completion_email=False,
                ).job
                deadline = clock.now().timestamp() + 10
                while not (seen := management.job(job.id)).is_final and clock.now().timestamp() < deadline:
                    clock.sleep(0.02)
            assert seen.summary is not None
            assert (1, 0) == (seen.summary.inserted, seen.summary.failed)
            login_secret = Secret(tenant.login_client_secret)
            with SignIn(address, tenant.login_client_id, login_secret, clock=clock) as door:
                outcome = door.login(username="ann@example.org", password=Secret(PASSWORD), realm=tenant.connection)
        assert LoginWord.WRONG_CREDENTIALS == outcome.word

    def test_is_explained_by_our_own_check(self) -> None:
        """The evaluation of Auth0's order of operations names the mistake."""
        checked = auth0_check.check(PAYLOAD, password=PASSWORD)
        assert (False, "base64-of-hex") == (checked.match, checked.error)

    def test_is_named_before_it_is_sent(self) -> None:
        """The rules of payloads name the mistake itself, not only its length."""
        found = payload_rules.refusals(PAYLOAD)
        assert ["hash.value"] == [field for _, field in found]
        assert "hex" in " ".join(payload_rules.FAULTS[word] for word, _ in found)

    @pytest.mark.parametrize("stored", [BASE64_OF_HEX, HEX_TEXT, HEX_TEXT.upper()], ids=["base64-of-hex", "hex", "HEX"])
    def test_is_put_right_when_a_store_holds_it(self, stored: str) -> None:
        """Whichever text the old system kept, what is sent is the digest itself, and the password matches it."""
        converted = conversion.convert(stored)
        assert converted.custom_password_hash is not None
        assert auth0_check.check(converted.custom_password_hash, password=PASSWORD).match
