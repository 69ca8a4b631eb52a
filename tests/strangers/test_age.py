"""The program `age` opens what samekey encrypted, and its keys are keys."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from samekey import steps
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.seal import Identities, Recipients

RULES = '[user]\nemail = "mail"\n[password]\nstored = "hash"\nformat = "raw_sha1"\n'
PEOPLE = 500


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key that age made."""
    subprocess.run(["age-keygen", "-o", "key.txt"], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "key.txt"


@pytest.fixture
def packed(tmp_path: Path, key: Path) -> Round:
    """A round encrypted to it."""
    public = subprocess.run(["age-keygen", "-y", str(key)], check=True, capture_output=True, text=True).stdout.strip()
    people = [
        {"mail": f"p{number}@example.org", "hash": hashlib.sha1(str(number).encode()).hexdigest()}
        for number in range(PEOPLE)
    ]
    (tmp_path / "people.json").write_text(json.dumps([*people, {"mail": "nobody"}, {"mail": "a@b.com", "hash": "!"}]))
    (tmp_path / "rules.toml").write_text(RULES)
    run = tmp_path / "run"
    steps.pack(
        str(tmp_path / "people.json"),
        rules_path=tmp_path / "rules.toml",
        run=run,
        recipients=Recipients.parse([public]),
    )
    return RunFolder(run).last_round()


def opened(path: Path, key: Path) -> bytes:
    """What age makes of a file."""
    return subprocess.run(["age", "-d", "-i", str(key), str(path)], check=True, capture_output=True).stdout


def test_age_opens_every_file(packed: Round, key: Path) -> None:
    """Chunks, lists and fingerprints."""
    users = json.loads(opened(packed.chunk_path("000001"), key))
    assert [f"p{number}@example.org" for number in range(PEOPLE)] == [user["email"] for user in users]
    lines = [opened(path, key) for path in (packed.rejections_path, packed.held_path, packed.users_path)]
    assert [1, 1, PEOPLE] == [content.count(b"\n") for content in lines]


def test_samekey_opens_what_age_encrypted(key: Path, tmp_path: Path) -> None:
    """With age's own key file."""
    public = subprocess.run(["age-keygen", "-y", str(key)], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["age", "-r", public, "-o", "x.age"], cwd=tmp_path, input=b"users", check=True)
    path = tmp_path / "x.age"
    assert b"users" == Identities.read(str(key), {}).open(path.read_bytes(), path)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_keys_of_ssh_are_the_same_to_both(tmp_path: Path, kind: str) -> None:
    """Each opens what the other sealed to a key that `ssh-keygen` made."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", "id"], cwd=tmp_path, check=True)
    public = (tmp_path / "id.pub").read_text()
    (tmp_path / "ours").write_bytes(Recipients.parse([public]).seal(b"users"))
    assert b"users" == opened(tmp_path / "ours", tmp_path / "id")
    subprocess.run(["age", "-r", public.strip(), "-o", "theirs"], cwd=tmp_path, input=b"users", check=True)
    identities = Identities.read(str(tmp_path / "id"), {})
    assert b"users" == identities.open((tmp_path / "theirs").read_bytes(), tmp_path / "theirs")
