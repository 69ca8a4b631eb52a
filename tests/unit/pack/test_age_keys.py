"""Keys as people write them: age's own and those of SSH; anything else is one sentence that repeats no secret."""

from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from samekey.errors import UsageError
from samekey.pack import age_keys
from samekey.pack.seal import Identities, Recipients

SshKey = ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

NO_PASSPHRASE = serialization.NoEncryption()
AGE = pyrage.x25519.Identity.generate()
SECRET, PUBLIC = str(AGE), str(AGE.to_public())


def secret_half(key: SshKey, encryption: serialization.KeySerializationEncryption = NO_PASSPHRASE) -> str:
    """As `ssh-keygen` writes it."""
    encoding, kind = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH
    return key.private_bytes(encoding, kind, encryption).decode()


def public_half(key: SshKey) -> str:
    """The line of its `.pub` file."""
    encoding, kind = serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    return f"{key.public_key().public_bytes(encoding, kind).decode()} ann@example.com\n"


@pytest.fixture(scope="module", params=["ed25519", "rsa"])
def ssh_key(request: pytest.FixtureRequest) -> SshKey:
    """A key of SSH that age works with."""
    if request.param == "rsa":
        return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return ed25519.Ed25519PrivateKey.generate()


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where keys are looked for."""
    monkeypatch.chdir(tmp_path)


class TestSsh:
    """A key of SSH."""

    def test_opens_what_is_sealed_to_it(self, ssh_key: SshKey) -> None:
        """Beside one of age's own."""
        Path("id").write_text(secret_half(ssh_key))
        sealed = Recipients.parse([PUBLIC, public_half(ssh_key)]).seal(b"users")
        assert b"users" == Identities.read("id", {}).open(sealed, Path("x"))
        assert b"users" == Identities.read("env:KEY", {"KEY": SECRET}).open(sealed, Path("x"))

    def test_is_named_without_its_comment(self, ssh_key: SshKey) -> None:
        """Which says who somebody is, and differs from copy to copy."""
        (name,) = Recipients.parse([public_half(ssh_key)]).names
        assert public_half(ssh_key).rpartition(" ")[0] == name

    def test_behind_a_passphrase_is_refused_with_the_way_out(self) -> None:
        """Nobody is there to be asked for it."""
        locked = serialization.BestAvailableEncryption(b"passphrase")
        Path("id").write_text(secret_half(ed25519.Ed25519PrivateKey.generate(), locked))
        with pytest.raises(UsageError, match="behind a passphrase") as caught:
            age_keys.secrets_at("id", {})
        assert "ssh-keygen -p" in caught.value.remedy

    def test_of_another_kind_is_refused(self) -> None:
        """On both sides."""
        key = ec.generate_private_key(ec.SECP256R1())
        Path("id").write_text(secret_half(key))
        with pytest.raises(UsageError, match="no SSH key of this kind"):
            age_keys.secrets_at("id", {})
        with pytest.raises(UsageError, match="no age recipient"):
            Recipients.parse([public_half(key)])


class TestPublicKey:
    """What `--encrypt-to` is given."""

    @pytest.mark.parametrize("name", ["age1", "ssh-ed25519 AAAA", "key.txt", ""])
    def test_must_be_one(self, name: str) -> None:
        """With the way to make one."""
        with pytest.raises(UsageError, match="no age recipient") as caught:
            Recipients.parse([name])
        assert "age-keygen" in caught.value.remedy

    @pytest.mark.parametrize("secret", [SECRET, secret_half(ed25519.Ed25519PrivateKey.generate())], ids=["age", "ssh"])
    def test_is_not_the_secret_half(self, secret: str) -> None:
        """Which is not repeated, for it was typed where others can see it."""
        with pytest.raises(UsageError, match="not the secret one") as caught:
            Recipients.parse([secret])
        assert secret not in caught.value.message + caught.value.remedy


class TestSecretKeys:
    """What `--identity` is given."""

    def test_come_from_a_file(self) -> None:
        """As age-keygen writes it, comments and all; there may be several."""
        other = str(pyrage.x25519.Identity.generate())
        Path("key.txt").write_text(f"# public key: {PUBLIC}\n{SECRET}\n{other}\n", encoding="utf-8")
        assert [SECRET, other] == [each.reveal() for each in age_keys.secrets_at("key.txt", {})]

    def test_come_from_the_environment(self) -> None:
        """By the name of a variable."""
        assert [SECRET] == [each.reveal() for each in age_keys.secrets_at("env:KEY", {"KEY": SECRET})]

    @pytest.mark.parametrize(
        ("place", "message"),
        [
            ("env:KEY", "KEY is not set"),
            ("missing.txt", "cannot be read"),
            ("empty.txt", "holds no age identity"),
            ("public.txt", "holds no age identity"),
            ("binary.txt", "holds no age identity"),
            ("damaged.txt", "identity is damaged"),
            ("damaged_id", "identity is damaged"),
        ],
    )
    def test_are_asked_for_in_one_sentence(self, place: str, message: str) -> None:
        """Whatever is there instead, and without repeating it."""
        Path("empty.txt").touch()
        Path("public.txt").write_text(PUBLIC)
        Path("binary.txt").write_bytes(b"\xff\xfe")
        Path("damaged.txt").write_text("AGE-SECRET-KEY-1QQQ")
        Path("damaged_id").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nQQQ\n-----END OPENSSH PRIVATE KEY-----\n")
        with pytest.raises(UsageError, match=message) as caught:
            age_keys.secrets_at(place, {})
        assert "QQQ" not in caught.value.message + caught.value.remedy

    def test_do_not_belong_on_the_command_line(self) -> None:
        """Not repeated either."""
        with pytest.raises(UsageError, match="command line") as caught:
            age_keys.secrets_at(SECRET, {})
        assert SECRET not in caught.value.message + caught.value.remedy
