"""Where every file of a migration lives.

    run/
    ├── rounds/01/                       a pack; a retry or a delta adds 02, 03 …
    │   ├── manifest.json                what was read, which rules, how many of each, sha256 of every chunk
    │   ├── rules.toml                   the rules as used
    │   ├── chunks/000001.json …         Auth0 import files
    │   ├── rejections.ndjson            who was not packed, and why
    │   ├── held.ndjson                  who waits, and for what
    │   ├── users.ndjson                 one line per packed user, in the order of the chunks
    │   ├── fingerprints                 of the same; once a later round was held against it
    │   ├── changes.ndjson               from the second round on: who changed, or vanished from the source
    │   └── ended.ndjson                 the same: which states of earlier rounds do not hold any more
    └── deliveries/<tenant>_<connection>/

In an encrypted round the chunks, the lists, users and fingerprints end in `.age`.

A round is made in `rounds/.01.making` and takes its name in one rename when everything in it is on disk, so that a
half-written round is never found under a round's name.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from samekey import temporary
from samekey.errors import RunFolderError
from samekey.pack.files import (
    disk_errors,
    hold,
    make_private_folder,
    open_private,
    reading_errors,
    sync_folder,
    syncing,
    write_whole,
    writing_whole,
)
from samekey.pack.seal import SUFFIX, Identities, Recipients, needs_identity

_ROUND = re.compile(r"[0-9]{2,}")
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


class RunFolder:
    """The directory of one migration."""

    def __init__(self, path: Path, identities: Identities | None = None) -> None:
        """Args:
        path: where it is.
        identities: what opens encrypted rounds.

        """
        self.path = path
        self.identities = identities

    @property
    def rounds_path(self) -> Path:
        """Where packs are kept."""
        return self.path / "rounds"

    def rounds(self) -> list["Round"]:
        """Every finished round, oldest first."""
        with reading_errors(self.rounds_path):
            if not self.rounds_path.is_dir():
                return []
            found = [path for path in self.rounds_path.iterdir() if _ROUND.fullmatch(path.name) and path.is_dir()]
        return [Round(path, self.identities) for path in sorted(found, key=lambda path: int(path.name))]

    def last_round(self) -> "Round":
        """The newest finished round.

        Raises:
            RunFolderError: there is none.

        """
        rounds = self.rounds()
        if not rounds:
            raise RunFolderError(
                f"{self.path} holds no packed round.",
                remedy=f"Pack one first: samekey pack SOURCE --rules rules.toml --run {self.path}",
            )
        return rounds[-1]

    def delivery_path(self, tenant: str, connection: str) -> Path:
        """The folder of a delivery, whether or not it exists."""
        return self.path / "deliveries" / f"{_UNSAFE.sub('-', tenant)}_{_UNSAFE.sub('-', connection)}"

    def deliveries(self) -> list[Path]:
        """Every delivery that has a journal, oldest name first."""
        folder = self.path / "deliveries"
        with reading_errors(folder):
            found = list(folder.iterdir()) if folder.is_dir() else []
            return sorted(path for path in found if (path / "journal.sqlite").exists())

    def make_round(self, recipients: Recipients | None = None) -> "RoundInMaking":
        """A new round; nothing of it shows until `finish()`.

        Args:
            recipients: who may open it; None for everybody who can read its files.

        """
        number = int(self.rounds()[-1].name) + 1 if self.rounds() else 1
        temporary.remove_what_the_dead_left()
        make_private_folder(self.rounds_path)
        for abandoned in self.rounds_path.glob(".*.making"):
            with disk_errors(abandoned):
                shutil.rmtree(abandoned)
        return RoundInMaking(self.rounds_path / f"{number:02d}", recipients)

    @property
    def fingerprint_key_path(self) -> Path:
        """Where the key of the fingerprints is kept."""
        return self.path / "fingerprint.key"

    def fingerprint_key(self, *, keep: bool = True) -> bytes:
        """The key of this run's fingerprints; made once, so that rounds can be compared and strangers cannot.

        Args:
            keep: whether a new one is to stay in the folder.

        """
        path = self.fingerprint_key_path
        with disk_errors(path):
            if path.exists():
                return path.read_bytes()
            key = secrets.token_bytes(32)
            if keep:
                make_private_folder(self.path)
                for packed in self.rounds():  # made by a key that is lost, they say nothing any more
                    packed.fingerprints_path.unlink(missing_ok=True)
                write_whole(path, key)
            return key

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder against other samekey processes; the hold ends with the process, however it ends.

        Raises:
            RunFolderInUse: another process holds it.

        """
        make_private_folder(self.path)
        with hold(self.path / ".lock", f"the run folder {self.path}"):
            yield


class Round:
    """One finished pack."""

    def __init__(self, path: Path, identities: Identities | None = None) -> None:
        """Args:
        path: where it is.
        identities: what opens it, where it is encrypted.

        """
        self.path = path
        self.identities = identities

    @property
    def name(self) -> str:
        """`01`, `02` …"""
        return self.path.name

    def is_called(self, name: str) -> bool:
        """Whether a person means this round: 2 is 02."""
        return name.isdecimal() and int(name) == int(self.name)

    @property
    def manifest_path(self) -> Path:
        """What the round promises."""
        return self.path / "manifest.json"

    @property
    def rules_path(self) -> Path:
        """The rules as used."""
        return self.path / "rules.toml"

    @property
    def rejections_path(self) -> Path:
        """One line per record not packed."""
        return self._file("rejections.ndjson")

    @property
    def held_path(self) -> Path:
        """One line per record kept back."""
        return self._file("held.ndjson")

    @property
    def users_path(self) -> Path:
        """One line per packed user, in the order of the chunks."""
        return self._file("users.ndjson")

    @property
    def fingerprints_path(self) -> Path:
        """The same: what each was like; not there before a later round was held against this one."""
        return self._file("fingerprints")

    @property
    def changes_path(self) -> Path:
        """One line per record that changed since an earlier round; not there in a round that was held against none."""
        return self._file("changes.ndjson")

    @property
    def ended_path(self) -> Path:
        """One line per state of an earlier round that does not hold any more; not there in the first round."""
        return self._file("ended.ndjson")

    @property
    def purged_path(self) -> Path:
        """What the round held; there when it was purged."""
        return self.path / "purged.json"

    def chunk_path(self, name: str) -> Path:
        """The import file of that name."""
        return self._file(f"chunks/{name}.json")

    def opened(self, content: bytes, path: Path) -> bytes:
        """What the content of one of its files says.

        Raises:
            UsageError: it is encrypted, and not to an identity that is there.

        """
        return self._identities_for(path).open(content, path) if path.suffix == SUFFIX else content

    @contextmanager
    def reading(self, path: Path) -> Iterator[BinaryIO]:
        """One of its files for reading.

        Raises:
            UsageError: it is encrypted, and not to an identity that is there.
            OSError: it cannot be read.

        """
        opening = self._identities_for(path).reading(path) if path.suffix == SUFFIX else path.open("rb")
        with opening as file:
            yield file

    @contextmanager
    def adding_fingerprints(self, recipients: Recipients | None) -> Iterator[BinaryIO]:
        """The one file that comes into a finished round, for writing; there as a whole when the block ends.

        Args:
            recipients: who may open the round; None for everybody who can read its files.

        Raises:
            RunFolderError: the disk does not let us.

        """
        path = self.path / ("fingerprints" + SUFFIX if recipients else "fingerprints")
        with writing_whole(path) as file, recipients.writing(file) if recipients else nullcontext(file) as into:
            yield into

    def _identities_for(self, path: Path) -> Identities:
        if self.identities is None:
            raise needs_identity(path)
        return self.identities

    def _file(self, name: str) -> Path:
        """One of its files, encrypted if it is."""
        sealed = self.path / (name + SUFFIX)
        return sealed if sealed.exists() else self.path / name


class RoundInMaking(Round):
    """A round while it is written."""

    def __init__(self, final: Path, recipients: Recipients | None = None) -> None:
        """Args:
        final: the folder that it becomes.
        recipients: who may open it; None for everybody who can read its files.

        """
        self.final = final
        self.recipients = recipients
        super().__init__(final.with_name(f".{final.name}.making"))
        make_private_folder(self.path / "chunks")

    @property
    def name(self) -> str:
        """The name it will have."""
        return self.final.name

    def sealed(self, content: bytes | bytearray) -> bytes | bytearray:
        """Some content as it is written: encrypted, where the round is."""
        return self.recipients.seal(bytes(content)) if self.recipients else content

    @contextmanager
    def writing(self, path: Path) -> Iterator[BinaryIO]:
        """One of its files for writing, encrypted where the round is; on the disk when the block ends."""
        with open_private(path) as file:
            with syncing(file), self.recipients.writing(file) if self.recipients else nullcontext(file) as into:
                yield into
            file.flush()
            os.fsync(file.fileno())

    def _file(self, name: str) -> Path:
        return self.path / (name + SUFFIX if self.recipients else name)

    def finish(self) -> Round:
        """Put the round under its name; from here on it is delivered.

        Raises:
            RunFolderError: the disk does not let us.

        """
        with disk_errors(self.final):
            for folder in (self.path / "chunks", self.path):
                sync_folder(folder)
            self.path.rename(self.final)
            sync_folder(self.final.parent)
        return Round(self.final)

    def abandon(self) -> None:
        """Take away everything that was written."""
        shutil.rmtree(self.path, ignore_errors=True)
