"""An OpenLDAP server with a few people in it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.strangers.sources import programs

BASE = "dc=example,dc=test"
ADMIN, PASSWORD = f"cn=admin,{BASE}", "Lantern-7:harbour"

_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
sizelimit unlimited
database mdb
maxsize 104857600
suffix "dc=example,dc=test"
rootdn "cn=admin,dc=example,dc=test"
rootpw {password}
directory {folder}/data
{limits}
access to attrs=userPassword by anonymous auth by * none
access to * by * read
"""


@dataclass(frozen=True)
class Directory:
    """A running server."""

    folder: Path
    port: int

    def slapcat(self) -> bytes:
        """Everything, as slapcat writes it."""
        words = ["slapcat", "-f", str(self.folder / "slapd.conf")]
        return subprocess.run(words, check=True, capture_output=True).stdout

    def ldapsearch(self, *words: str) -> bytes:
        """What ldapsearch prints for the administrator."""
        url = f"ldap://127.0.0.1:{self.port}"
        command = ["ldapsearch", "-x", "-H", url, "-D", ADMIN, "-w", PASSWORD, "-b", BASE, *words]
        return subprocess.run(command, check=False, capture_output=True).stdout


@contextmanager
def running(folder: Path, ldif: str, *, limits: str = "") -> Iterator[Directory]:
    """A directory that holds these entries."""
    preseed = "slapd slapd/no_configuration boolean true\n"
    slapd = programs.install("slapd", "slapd", preseed=preseed)
    programs.install("ldapsearch", "ldap-utils")
    (folder / "data").mkdir(parents=True)
    config = folder / "slapd.conf"
    config.write_text(_CONFIG.format(folder=folder, password=PASSWORD, limits=limits), encoding="utf-8")
    subprocess.run(["slapadd", "-f", str(config)], input=ldif.encode(), check=True, capture_output=True)
    port = programs.free_port()
    words = [slapd, "-f", str(config), "-h", f"ldap://127.0.0.1:{port}", "-d", "0"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        programs.wait_for(port, process)
        yield Directory(folder, port)
    finally:
        programs.stop(process)
