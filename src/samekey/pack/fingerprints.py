"""Keyed fingerprints of packed users: they tell what of a user changed, and nothing of its password.

Only a later round has a use for those of an earlier one, and making them costs a third of a pack. So they come into a
round's folder when a round is first held against it, made from its chunks, and are read from then on.
"""

import hashlib
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path

import msgspec

from samekey.errors import RunFolderChanged
from samekey.pack.manifest import PACK_AGAIN, Manifest, read_chunk, read_manifest, unreadable
from samekey.pack.run_folder import Round
from samekey.pack.seal import Recipients

PASSWORD_MARK = b',"custom_password_hash":'
"""Begins the last property of a user whose password is carried; `mapping` puts it there."""

CARRIED = frozenset({"as-is", "re-encoded"})
"""Verdicts with which a password goes along."""
_BYTES = 16
_LINE = re.compile(rb"[0-9a-f]{32} (?:[0-9a-f]{32})?\n")


class Fingerprints(msgspec.Struct, array_like=True, gc=False):
    """What a user was like when it was packed."""

    profile: str
    """Of everything but the password."""
    password: str = ""
    """Of the password payload; empty without one."""

    @classmethod
    def of_line(cls, line: bytes) -> "Fingerprints":
        """Those of a line of the file.

        Raises:
            ValueError: it is not one.

        """
        return cls(*line.decode("ascii").split())


def lines_of(payloads: Iterable[bytes], verdicts: Iterable[str], key: bytes) -> Iterator[bytes]:
    """Fingerprints of users, as lines of the file.

    Args:
        payloads: the users, as they stand in chunks.
        verdicts: what became of the password of each.
        key: the run folder's key for fingerprints.

    """
    begun = hashlib.blake2b(key=key, digest_size=_BYTES).copy
    for payload, verdict in zip(payloads, verdicts, strict=True):
        # Metadata may hold a key of the same name; it stands before the password, so the last mark is the password's.
        # A profile goes without its last bracket, as it stands in front of a password.
        carried = verdict in CARRIED
        profile, _, password = payload.rpartition(PASSWORD_MARK) if carried else (payload[:-1], b"", b"")
        of_profile = begun()
        of_profile.update(profile)
        if not password:
            yield b"%b \n" % of_profile.hexdigest().encode()
            continue
        of_password = begun()
        of_password.update(password)
        yield f"{of_profile.hexdigest()} {of_password.hexdigest()}\n".encode()


class _Verdict(msgspec.Struct):
    verdict: str = "none"


_decode_verdict = msgspec.json.Decoder(_Verdict).decode
_decode_chunk = msgspec.json.Decoder(list[msgspec.Raw]).decode


def of_round(packed: Round, key: bytes, *, keep: bool) -> Generator[bytes, None, None]:
    """Those of everybody in a finished round as lines of the file, in the order of its chunks.

    Args:
        packed: the round.
        key: the run folder's key for fingerprints.
        keep: whether they are to stay in its folder, if they are not there.

    Raises:
        RunFolderChanged: a file of the round is missing or was changed.
        UsageError: the round is encrypted, and not to an identity that is there.
        RunFolderError: the disk does not let us.

    """
    manifest = read_manifest(packed)
    path = packed.fingerprints_path
    if path.exists():
        yield from _read(packed, path, manifest.packed)
        return
    recipients = Recipients.parse(manifest.encrypted_to) if manifest.encrypted_to else None
    with packed.adding_fingerprints(recipients) if keep else nullcontext() as file:
        for each in _made_from_chunks(packed, manifest, key):
            if file:
                file.write(each)
            yield each


def _read(packed: Round, path: Path, users: int) -> Iterator[bytes]:
    read = 0
    try:
        with packed.reading(path) as file:
            for line in file:
                if not _LINE.fullmatch(line):
                    raise _changed(path)
                yield line
                read += 1
    except OSError as error:
        raise unreadable(packed, path, error) from error
    if read != users:
        raise _changed(path)


def _made_from_chunks(packed: Round, manifest: Manifest, key: bytes) -> Iterator[bytes]:
    path = packed.users_path
    try:
        with packed.reading(path) as lines:
            for chunk in manifest.chunks:
                users = _decode_chunk(read_chunk(packed, chunk))
                verdicts = [_decode_verdict(line).verdict for line in islice(lines, len(users))]
                if len(verdicts) != len(users):
                    raise _changed(path)
                yield from lines_of(map(bytes, users), verdicts, key)
    except OSError as error:
        raise unreadable(packed, path, error) from error
    except msgspec.DecodeError as error:
        raise _changed(path) from error


def _changed(path: Path) -> RunFolderChanged:
    return RunFolderChanged(f"{path} was changed after it was packed.", remedy=PACK_AGAIN)
