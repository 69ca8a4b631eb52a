"""What a run folder holds to know its users by: enough to hold it against what a connection asks for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from samekey.errors import RunFolderChanged
from samekey.pack.manifest import PACK_AGAIN, Manifest, read_chunk
from samekey.pack.run_folder import Round

NAMES = ("email", "username", "phone_number")
"""Properties that a connection may ask for."""


class _Identified(msgspec.Struct):
    email: str = ""
    username: str = ""
    phone_number: str = ""


_decode = msgspec.json.Decoder(list[_Identified]).decode


@dataclass
class PackedIdentifiers:
    """Counts over every packed user; memory does not grow with them."""

    users: int = 0
    having: Counter[str] = field(default_factory=Counter)
    """Users by the identifier they have."""
    username_chars: Counter[int] = field(default_factory=Counter)
    """Users by the length of their username."""

    def without(self, name: str) -> int:
        """Users that lack this identifier."""
        return self.users - self.having[name]

    def outside(self, shortest: int, longest: int) -> int:
        """Users whose username is shorter or longer than that."""
        return sum(users for chars, users in self.username_chars.items() if not shortest <= chars <= longest)

    def add(self, content: bytes) -> None:
        """Count the users of an import file.

        Raises:
            msgspec.DecodeError: it is no import file.

        """
        for user in _decode(content):
            self.users += 1
            self.having.update(name for name in NAMES if getattr(user, name))
            if user.username:
                self.username_chars[len(user.username)] += 1


def count(rounds: Iterable[Round], manifests: Mapping[str, Manifest]) -> PackedIdentifiers:
    """Count over every chunk of some rounds; each is held against its fingerprint on the way.

    Raises:
        RunFolderChanged: a chunk is missing, or not what the manifest promises.

    """
    found = PackedIdentifiers()
    for each in rounds:
        for chunk in manifests[each.name].chunks:
            content = read_chunk(each, chunk)
            try:
                found.add(content)
            except msgspec.DecodeError as error:
                raise RunFolderChanged(
                    f"{each.chunk_path(chunk.name)} is no import file.", remedy=PACK_AGAIN
                ) from error
    return found
