"""Whole files: what is wrong with them, what their repaired form is, and what known logins say."""

import base64
import gzip
import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from samekey.auth0 import limits
from samekey.errors import SourceError, UsageError
from samekey.lint.findings import REMOVED, REWRITTEN, Finding
from samekey.lint.inspection import Inspection, check
from samekey.secret import Secret
from tests.unit.lint import mistakes
from tests.unit.lint.mistakes import MISTAKES, PASSWORD, WORKED, drop, person, put, worked

ANN, BOB = person("ann", WORKED["md5"]), person("bob", WORKED["sha256"], user_id="7")
BOM = b"\xef\xbb\xbf"


class Login(NamedTuple):
    """A person whose password is known."""

    username: str
    password: Secret


def login(username: str, password: str = PASSWORD) -> Login:
    """Somebody who types the password of the worked records."""
    return Login(username, Secret(password, "password"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes a file and names it."""

    def put_down(content: Any, name: str = "users.json") -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else msgspec.json.encode(content))
        return str(path)

    return put_down


def brief(findings: list[Finding]) -> list[tuple[int | None, str, bool]]:
    """Index, code, and whether it is mended."""
    return [(finding.index, finding.code, finding.fix is not None) for finding in findings]


LINES = msgspec.json.encode(ANN) + b"\n" + msgspec.json.encode(BOB) + b"\n"
ARRAY = msgspec.json.encode([ANN, BOB])
SHAPES = [
    pytest.param(b"", [(None, "empty-file", False)], id="empty"),
    pytest.param(BOM + b" \n", [(None, "empty-file", False)], id="only-a-mark"),
    pytest.param(b"[ ]", [(None, "empty-file", False)], id="no-user"),
    pytest.param(BOM + ARRAY, [(None, "byte-order-mark", True)], id="mark"),
    pytest.param(ARRAY.decode().encode("utf-16"), [(None, "not-utf8", True)], id="utf-16"),
    pytest.param(gzip.compress(ARRAY), [(None, "compressed", True)], id="gzip"),
    pytest.param(LINES, [(None, "lines-not-array", True)], id="lines"),
    pytest.param(BOM + LINES, [(None, "byte-order-mark", True), (None, "lines-not-array", True)], id="lines-and-mark"),
    pytest.param(msgspec.json.encode(ANN), [(None, "object-not-array", True)], id="one-user"),
    pytest.param(msgspec.json.encode({"users": [ANN, BOB]}), [(None, "object-not-array", True)], id="under-a-key"),
    pytest.param(json.dumps({"users": [ANN, BOB]}, indent=1).encode(), [(None, "object-not-array", True)], id="pretty"),
    pytest.param(b'{"a": 1}', [(None, "object-not-array", False)], id="object-of-something"),
    pytest.param(b"email,hash\na,b\n", [(None, "not-json", False)], id="table"),
    pytest.param(ARRAY[:-1], [(None, "not-json", False)], id="cut-off"),
    pytest.param(b'{"users": [', [(None, "not-json", False)], id="object-cut-off"),
    pytest.param(b'[{"email": }]', [(None, "not-json", False)], id="not-json"),
    pytest.param(b"[1]", [(0, "not-an-object", False)], id="number"),
    pytest.param(b'[{"email": "a@b.org", "email": "c@d.org"}]', [(0, "duplicate-key", False)], id="key-twice"),
    pytest.param(b'[{"email": "\xff@example.test"}]', [(0, "not-utf8", False)], id="not-utf-8"),
    pytest.param(b'[{"email": "ann@example.test", "app_metadata": {"a": NaN}}]', [(0, "not-json", False)], id="nan"),
]


class TestFile:
    """The file as a whole."""

    @pytest.mark.parametrize(("content", "expected"), SHAPES)
    def test_names_what_auth0_would_not_read(
        self, write: Callable[..., str], content: bytes, expected: list[tuple[int | None, str, bool]]
    ) -> None:
        """Once each, and with a fix where writing the file anew mends it."""
        assert expected == brief(list(check([write(content)])))

    @pytest.mark.parametrize("content", [each.values[0] for each in SHAPES], ids=[str(each.id) for each in SHAPES])
    def test_mends_every_shape_that_holds_users(
        self, write: Callable[..., str], tmp_path: Path, content: bytes
    ) -> None:
        """A repaired file has nothing left to mend, and there is none where somebody would be lost."""
        inspection = Inspection([write(content)], fix=tmp_path / "mended.json")
        found = list(inspection.findings())
        if inspection.written:
            left = [finding.code for finding in check([str(tmp_path / "mended.json")])]
            assert [finding.code for finding in found if finding.fix is None] == left
        else:
            assert not (tmp_path / "mended.json").exists()
            assert [finding.code for finding in found if finding.fix is None]

    @pytest.mark.parametrize(
        ("size", "code"),
        [
            (limits.CHUNK_BYTES_DEFAULT, None),
            (limits.CHUNK_BYTES_DEFAULT + 1, "file-near-limit"),
            (limits.IMPORT_REQUEST_BYTES_MAX + 1, "file-too-large"),
        ],
    )
    def test_weighs_the_file(self, write: Callable[..., str], size: int, code: str | None) -> None:
        """To the byte; blanks alone are mended by writing the file anew."""
        found = list(check([write(b"[" + b" " * (size - len(ARRAY)) + ARRAY[1:])]))
        assert ([] if code is None else [(None, code, True)]) == brief(found)

    def test_does_not_promise_to_mend_what_stays_too_large(self, write: Callable[..., str]) -> None:
        """A file that is too large without its blanks has to be split."""
        users = [person(f"person{number}", name="x" * 140) for number in range(3000)]
        assert [(None, "file-too-large", False)] == brief(list(check([write(users)])))

    def test_names_what_cannot_be_read(self, tmp_path: Path) -> None:
        """A path that is not there ends the command."""
        with pytest.raises(SourceError):
            list(check([str(tmp_path / "nowhere.json")]))

    def test_names_what_is_encrypted(self, write: Callable[..., str]) -> None:
        """What is in it is not called damaged."""
        with pytest.raises(SourceError, match="is encrypted with age") as caught:
            list(check([write(b"age-encryption.org/v1\n-> X25519 ", "000001.json.age")]))
        assert "age -d" in caught.value.remedy


class TestUsers:
    """The users of one file and of several."""

    def test_finds_each_mistake_once_in_one_file(self, write: Callable[..., str]) -> None:
        """Index, code and field of every mistake, and nothing else."""
        found = list(check([write([mistake.user for mistake in MISTAKES])]))
        expected = [(number, each.code, each.field, each.mendable) for number, each in enumerate(MISTAKES)]
        seen = [(each.index, each.code, each.field, each.fix is not None) for each in found if each.index is not None]
        assert expected == seen

    def test_leaves_nothing_mendable_in_the_repaired_file(self, write: Callable[..., str], tmp_path: Path) -> None:
        """What is left is what was left to a person."""
        out = tmp_path / "mended.json"
        found = list(Inspection([write([mistake.user for mistake in MISTAKES])], fix=out).findings())
        left = [(each.index, each.code, each.field, each.fix) for each in check([str(out)])]
        assert [(each.index, each.code, each.field, None) for each in found if each.fix is None] == left

    @pytest.mark.parametrize(
        ("first", "second", "field"),
        [
            (person("Ann"), person("aNN"), "email"),
            ({"username": "ann"}, {"username": "ANN"}, "username"),
            ({"phone_number": "+491"}, {"phone_number": "+491"}, "phone_number"),
            (person("ann", user_id="7"), person("bob", user_id="7"), "user_id"),
            (person("ann", user_id="auth0|7"), person("bob", user_id="7"), "user_id"),
        ],
    )
    def test_finds_two_users_for_one_person(
        self, write: Callable[..., str], first: object, second: object, field: str
    ) -> None:
        """In one file and across files, without regard to case, repaired ids included."""
        twice = [each for each in check([write([first, second])]) if each.code == "duplicate"]
        across = [each for each in check([write([first]), write([second], "more.json")]) if each.code == "duplicate"]
        assert [(1, field), (0, field)] == [(each.index, each.field) for each in (*twice, *across)]

    def test_takes_ids_that_differ_in_case_for_two(self, write: Callable[..., str]) -> None:
        """Auth0 keeps an id as it came."""
        assert [] == list(check([write([person("ann", user_id="a"), person("bob", user_id="A")])]))

    def test_drops_only_what_is_there_twice_in_the_same_bytes(self, write: Callable[..., str], tmp_path: Path) -> None:
        """Of two that differ nobody knows who is the person."""
        other = ANN | {"name": "Ann"}
        found = list(Inspection([write([ANN, BOB, ANN, other])], fix=tmp_path / "mended.json").findings())
        assert [(2, REMOVED), (3, None)] == [(each.index, each.fix) for each in found]
        assert [ANN, BOB, other] == json.loads((tmp_path / "mended.json").read_bytes())


class TestRepairedFile:
    """What `fix` writes."""

    def test_is_a_compact_array_of_its_owner_alone(self, write: Callable[..., str], tmp_path: Path) -> None:
        """No mark, no blanks, nobody else may read it."""
        inspection = Inspection([write(BOM + json.dumps([ANN, BOB], indent=2).encode())], fix=tmp_path / "mended.json")
        found = list(inspection.findings())
        assert [REWRITTEN] == [each.fix for each in found]
        assert ARRAY == (tmp_path / "mended.json").read_bytes()
        assert 0o600 == stat.S_IMODE((tmp_path / "mended.json").stat().st_mode)

    def test_has_its_input_beside_it_unchanged(self, write: Callable[..., str], tmp_path: Path) -> None:
        """And nothing else lies about."""
        name = write(BOM + ARRAY)
        list(Inspection([name], fix=tmp_path / "mended.json").findings())
        assert BOM + ARRAY == Path(name).read_bytes()
        assert ["mended.json", "users.json"] == sorted(path.name for path in tmp_path.iterdir())

    def test_of_several_lies_in_a_folder(self, write: Callable[..., str], tmp_path: Path) -> None:
        """Under the names of the inputs."""
        files = [write([ANN]), write([BOB], "more.json")]
        list(Inspection(files, fix=tmp_path / "mended").findings())
        assert ["more.json", "users.json"] == sorted(path.name for path in (tmp_path / "mended").iterdir())

    @pytest.mark.parametrize("force", [False, True])
    def test_never_lies_over_its_input(self, write: Callable[..., str], *, force: bool) -> None:
        """Not even by force."""
        name = write([ANN])
        with pytest.raises(UsageError, match="one of the files"):
            Inspection([name], fix=Path(name), force=force)

    def test_replaces_a_file_by_force_only(self, write: Callable[..., str]) -> None:
        """What is there may be needed."""
        files, out = [write([ANN])], Path(write(b"old", "mended.json"))
        with pytest.raises(UsageError, match="already there"):
            Inspection(files, fix=out)
        assert b"old" == out.read_bytes()
        list(Inspection(files, fix=out, force=True).findings())
        assert [ANN] == json.loads(out.read_bytes())

    def test_becomes_several_that_each_fit(self, write: Callable[..., str], tmp_path: Path) -> None:
        """Everybody is in one of them, in the order of the input."""
        users = [person(f"person{number}", name="x" * 140) for number in range(6000)]
        inspection = Inspection([write(users)], fix=tmp_path / "mended.json", split=True)
        assert [(None, "file-too-large", True)] == brief(list(inspection.findings()))
        assert ["mended.json", "mended-2.json", "mended-3.json"] == [path.name for path in inspection.written]
        assert [] == list(check([str(path) for path in inspection.written]))
        assert users == [user for path in inspection.written for user in json.loads(path.read_bytes())]

    def test_leaves_a_further_part_that_is_there(self, write: Callable[..., str], tmp_path: Path) -> None:
        """And then no part is written, and nothing of it stays."""
        write(b"old", "mended-2.json")
        users = [person(f"person{number}", name="x" * 140) for number in range(6000)]
        with pytest.raises(UsageError, match="already there"):
            list(Inspection([write(users)], fix=tmp_path / "mended.json", split=True).findings())
        assert ["mended-2.json", "users.json"] == sorted(path.name for path in tmp_path.iterdir())

    def test_of_two_files_with_one_name_is_refused(self, write: Callable[..., str], tmp_path: Path) -> None:
        """One would be written over the other."""
        (tmp_path / "more").mkdir()
        files = [write([ANN]), write([BOB], "more/users.json")]
        with pytest.raises(UsageError, match="same name"):
            Inspection(files, fix=tmp_path / "mended")

    def test_holds_what_is_no_user_as_it_was(self, write: Callable[..., str], tmp_path: Path) -> None:
        """Nobody beside it is lost, and it is still found."""
        text = b'[7 , {"email": "\xff"}, "x", {"a": NaN}, ' + ARRAY[1:]
        found = list(Inspection([write(BOM + text)], fix=tmp_path / "mended.json").findings())
        assert b'[7,{"email": "\xff"},"x",{"a": NaN},' + ARRAY[1:] == (tmp_path / "mended.json").read_bytes()
        left = list(check([str(tmp_path / "mended.json")]))
        assert ["not-an-object", "not-utf8", "not-an-object", "not-json"] == [each.code for each in left]
        assert brief(left) == brief(found)[1:]

    def test_is_not_written_where_somebody_would_be_lost(self, write: Callable[..., str], tmp_path: Path) -> None:
        """A broken line may reach into the next one, and a file that breaks off may have had more users."""
        files = [write(LINES + b'{"email": \n' + LINES), write(ARRAY[:-1], "short.json")]
        inspection = Inspection(files, fix=tmp_path / "mended")
        assert ["lines-not-array", "not-json", "not-json"] == [
            each.code for each in inspection.findings() if each.code != "duplicate"
        ]
        assert (files, []) == (inspection.unwritten, list((tmp_path / "mended").iterdir()))

    def test_is_gone_when_nobody_reads_to_the_end(self, write: Callable[..., str], tmp_path: Path) -> None:
        """No half file stays behind."""
        findings = Inspection([write([{"email": 1}, ANN])], fix=tmp_path / "mended.json").findings()
        next(findings)
        findings.close()
        assert ["users.json"] == [path.name for path in tmp_path.iterdir()]


def pbkdf2_with(salt: bytes, written: str) -> dict[str, Any]:
    """PBKDF2 of the password over a salt, with the salt written as somebody's script wrote it."""
    key = base64.b64encode(hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, 10)).decode().rstrip("=")
    return {"algorithm": "pbkdf2", "hash": {"value": f"$pbkdf2-sha256$i=10,l=32${written}${key}"}}


class TestLogins:
    """Known logins prove, and decide what form cannot."""

    @pytest.mark.parametrize(
        "payload",
        [
            pytest.param(worked("sha256", put("salt.encoding", "utf8")), id="salt-hex"),
            pytest.param(worked("sha256", drop("salt.encoding")), id="salt-hex-unsaid"),
            pytest.param(worked("sha512", put("salt.encoding", "utf8")), id="salt-base64"),
            pytest.param(worked("md5", drop("salt.position")), id="salt-side"),
            pytest.param(worked("md4-ntlm", drop("password")), id="utf-16"),
            pytest.param(worked("hmac", drop("hash.key.encoding")), id="key-hex"),
            pytest.param(worked("bcrypt-salted", put("salt.position", "suffix")), id="bcrypt-salt-side"),
            pytest.param(pbkdf2_with(b"saltTEXT1234", "saltTEXT1234"), id="pbkdf2-salt-is-text"),
            pytest.param(pbkdf2_with(bytes(range(9)), mistakes.base64_of(bytes(range(9)).hex())), id="pbkdf2-salt-hex"),
            pytest.param(pbkdf2_with(b"000102030405", "AAECAwQF"), id="pbkdf2-salt-is-hex-text"),
        ],
    )
    def test_decide_how_a_hash_is_read(self, write: Callable[..., str], tmp_path: Path, payload: object) -> None:
        """The whole cluster is mended by one login, and mended it is clean."""
        files = [write([person("ann", payload), person("bob", payload)])]
        inspection = Inspection(files, logins=[login("ann@example.test")], fix=tmp_path / "mended.json")
        found = list(inspection.findings())
        assert [(0, True), (1, True)] == [(each.index, each.fix is not None) for each in found]
        assert ["ann@example.test"] == inspection.matched
        again = Inspection([str(tmp_path / "mended.json")], logins=[login("Bob@example.test")])
        assert [] == list(again.findings())
        assert ["Bob@example.test"] == again.matched

    def test_read_a_salt_that_is_no_base64_as_the_text_it_is(self, write: Callable[..., str], tmp_path: Path) -> None:
        """Django's salts of 22 letters seldom happen to be base64; the form is refused, and a login mends it."""
        payload = pbkdf2_with(b"vbPbWLQZ7fjTlSXIQUdU1u", "vbPbWLQZ7fjTlSXIQUdU1u")
        users = [person("ann", payload), person("bob", payload)]
        inspection = Inspection([write(users)], logins=[login("ann@example.test")], fix=tmp_path / "mended.json")
        assert [(0, "disproved"), (1, "disproved")] == [
            (each.index, each.code) for each in inspection.findings() if each.fix is not None
        ]
        assert ["ann@example.test"] == inspection.matched

    def test_of_an_empty_salt_decides_nothing_about_its_side(self, write: Callable[..., str]) -> None:
        """It lets in either way; the other login tells."""
        stored = {"value": hashlib.md5((PASSWORD + "xy9").encode()).hexdigest(), "encoding": "hex"}
        bare = {"value": hashlib.md5(PASSWORD.encode()).hexdigest(), "encoding": "hex"}
        users = [
            person("ann", {"algorithm": "md5", "hash": bare, "salt": {"value": ""}}),
            person("bob", {"algorithm": "md5", "hash": stored, "salt": {"value": "xy9"}}),
        ]
        inspection = Inspection([write(users)], logins=[login("ann@example.test"), login("bob@example.test")])
        assert "login-refused" not in [each.code for each in inspection.findings()]

    def test_dispel_a_doubt(self, write: Callable[..., str]) -> None:
        """A salt that looks like hex and is text is taken as text from then on."""
        salt = "0123456789abcdef"
        stored = {"value": hashlib.sha256((salt + PASSWORD).encode()).hexdigest(), "encoding": "hex"}
        user = person("ann", {"algorithm": "sha256", "hash": stored, "salt": {"value": salt}})
        assert ["salt-looks-hex"] == [each.code for each in check([write([user])])]
        assert [] == list(check([write([user])], logins=[login("ann@example.test")]))

    def test_change_nothing_when_they_disagree(self, write: Callable[..., str]) -> None:
        """One says text, one says hex: nobody knows what the others are."""
        salt = "0123456789abcdef"
        users = [
            person(name, {"algorithm": "md5", "salt": {"value": salt}, "hash": {
                "value": hashlib.md5(raw + PASSWORD.encode()).hexdigest(), "encoding": "hex"}})
            for name, raw in (("ann", salt.encode()), ("bob", bytes.fromhex(salt)))
        ]  # fmt: skip
        found = list(check([write(users)], logins=[login("ann@example.test"), login("bob@example.test")]))
        assert [(0, "salt-looks-hex", False), (1, "salt-looks-hex", False), (1, "login-refused", False)] == brief(found)

    def test_name_who_does_not_get_in(self, write: Callable[..., str]) -> None:
        """A wrong hash, no hash, nobody of that name."""
        users = [ANN, person("carl"), person("dora", password_hash=mistakes.BCRYPT_10)]
        logins = [login("ann@example.test", "other"), login("carl@example.test"), login("zoe@example.test")]
        found = list(check([write(users)], logins=[*logins, login("dora@example.test")]))
        expected = [(0, "login-refused", False), (1, "login-without-hash", False), (None, "login-unknown", False)]
        assert expected == brief(found)

    def test_show_no_password(self, write: Callable[..., str]) -> None:
        """In no finding."""
        found = list(check([write([ANN])], logins=[login("ann@example.test", "no-such-password")]))
        assert "no-such-password" not in repr(found)


def _argon2_of(parameters: str) -> dict[str, Any]:
    value = f"$argon2id$v=19${parameters}$cmVoZWFyc2FsLXNhbHQtMQ$/8/2AGD4TuzAo03JzzSiL6kVRyneqFj7X2bCj6ih5mI"
    return {"algorithm": "argon2", "hash": {"value": value}}


UNBEARABLE = {
    "argon2 of 4 GiB": _argon2_of("m=4194304,t=2,p=1"),
    "argon2 of a thousand million passes": _argon2_of("m=65536,t=1000000000,p=1"),
    "bcrypt of cost 31": {"algorithm": "bcrypt", "hash": {"value": "$2b$31$" + "A" * 21 + "e" + "A" * 30 + "e"}},
    "PBKDF2 of a thousand million rounds": {
        "algorithm": "pbkdf2",
        "hash": {"value": f"$pbkdf2-sha256$i=1000000000,l=32$ECAwQFBgcICQ${'A' * 43}"},
    },
    "scrypt of N = 2^30": {
        "algorithm": "scrypt",
        "hash": {"value": "00" * 32, "encoding": "hex"},
        "salt": {"value": "tidal"},
        "keylen": 32,
        "cost": 2**30,
    },
}


@pytest.mark.parametrize("name", UNBEARABLE)
def test_names_work_that_no_login_can_wait_for(write: Callable[..., str], name: str) -> None:
    """The hash is of the right form, and nobody runs it."""
    found = list(check([write([person("ann", UNBEARABLE[name])])], logins=[login("ann@example.test")]))
    assert [(0, "work-factor", False), (0, "login-refused", False)] == brief(found)
