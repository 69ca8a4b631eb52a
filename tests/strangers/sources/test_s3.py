"""Objects are read from moto's S3 as files are from disk."""

import gzip
import http.server
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from samekey.errors import SamekeyError, SourceError
from samekey.records import SourceRecord
from samekey.sources.opening import open_source
from tests.strangers.sources import programs

SECRET = "not-a-real-secret-key"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """S3 on loopback."""
    port = programs.free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    """As a user would set it."""
    values = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": "us-east-1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def put(endpoint: str) -> None:
    """An export in a bucket."""
    text = b'{"username": "a"}\n' * 100_000
    for path, body in (("/exports", b""), ("/exports/app/users.ndjson.gz", gzip.compress(text))):
        request = urllib.request.Request(endpoint + path, data=body, method="PUT")
        request.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=key/20261123/us-east-1/s3/aws4_request")
        request.add_header("Content-Type", "application/octet-stream")
        urllib.request.urlopen(request).close()


@pytest.mark.usefixtures("put")
class TestObject:
    def test_is_read_like_a_file(self) -> None:
        """Recognised by name and content, with compression, from a private copy."""
        source = open_source("s3://exports/app/users.ndjson.gz")
        items = list(source.read(source.ranges(1)[0]))
        assert (100_000, True) == (len(items), all(isinstance(item, SourceRecord) for item in items))
        description = source.describe()
        assert ("s3://exports/app/users.ndjson.gz", "ndjson") == (description.address, description.format)

    @pytest.mark.parametrize("address", ["s3://exports/app/", "s3://exports/*/users.*"])
    def test_may_be_one_of_many(self, address: str) -> None:
        """Under a prefix or by a pattern; known by the store's own tags, without reading."""
        source = open_source(address)
        (piece,) = source.ranges(3)
        assert "app/users.ndjson.gz" == f"app/{Path(next(source.read(piece)).position.file).name}"
        assert ("ndjson", 64) == (source.describe().format, len(source.describe().fingerprint))

    def test_of_many_may_be_none(self) -> None:
        """As an empty folder."""
        with pytest.raises(SourceError, match="No file with data"):
            open_source("s3://exports/nothing/")

    def test_that_is_not_there_is_told(self) -> None:
        """As a missing file."""
        with pytest.raises(SourceError, match=r"s3://exports/users\.csv does not exist"):
            open_source("s3://exports/users.csv")

    @pytest.mark.parametrize("address", ["s3://", "s3://exports", "s3://exports/", "s3://me:secret@exports/x"])
    def test_must_be_named(self, address: str) -> None:
        """A bucket alone holds many."""
        with pytest.raises(SamekeyError, match="names no object") as caught:
            open_source(address)
        assert "secret" not in str(caught.value)

    def test_out_of_reach_shows_no_secret(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """One sentence, whatever the driver says."""
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        with pytest.raises(SourceError, match="cannot be read") as caught:
            open_source("s3://exports/app/users.ndjson.gz")
        assert SECRET not in str(caught.value) + caught.value.remedy


class TestObjectThatVanishes:
    def test_on_the_way_is_one_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Half an object is not taken for the whole."""

        class Vanishing(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.headers.get("Range"):
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", "1000000")
                self.send_header("ETag", '"it"')
                self.send_header("Last-Modified", "Wed, 25 Nov 2026 12:00:00 GMT")
                self.end_headers()
                self.wfile.write(b'{"username": "a"}\n' * 1000)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Nothing is logged."""

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vanishing) as server:
            threading.Thread(target=server.serve_forever).start()
            monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
            try:
                with pytest.raises(SourceError, match=r"s3://exports/users\.ndjson (cannot be read|does not exist)"):
                    open_source("s3://exports/users.ndjson")
            finally:
                server.shutdown()
