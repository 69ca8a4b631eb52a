"""Values made by servers and their tools.

Debian: `apt-get install dovecot-core apache2-utils whois mosquitto grub-common redis-server znc postgresql`;
`pip install pexpect`; as root `python make.py > vectors.jsonl`. PostgreSQL is started on a folder of its own.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # the script's own dependency

PASSWORDS = ("samekey-dev-1", "Åse-2 🐟")


def version(package: str) -> str:
    """The version of a Debian package."""
    told = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=True)
    return f"{package} {told.stdout}"


def run(*command: str, typed: str = "") -> str:
    """What a command prints."""
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip() or done.stderr.strip()


def found(pattern: str, text: str) -> str:
    """What a pattern catches."""
    caught = re.search(pattern, text)
    if caught is None:
        raise ValueError(pattern)
    return caught[1]


def tell(name: str, stored: object, password: str, source: str) -> None:
    """One line."""
    line = {"format": name, "stored": stored, "password": password, "source": source}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


DOVECOT = {
    "MD5": "ldap", "MD5-CRYPT": "dovecot", "SHA": "ldap", "SHA1": "ldap", "SHA256": "ldap", "SHA512": "ldap",
    "SMD5": "ldap", "SSHA": "ldap", "SSHA256": "ldap", "SSHA512": "ldap", "PLAIN": "ldap", "CLEARTEXT": "ldap",
    "LDAP-MD5": "ldap", "PLAIN-MD5": "ldap", "PLAIN-MD4": "ldap",
    "BLF-CRYPT": "ldap", "SHA256-CRYPT": "dovecot", "SHA512-CRYPT": "dovecot", "DES-CRYPT": "dovecot",
    "CRYPT": "ldap", "PBKDF2": "dovecot_pbkdf2", "SCRAM-SHA-1": "dovecot", "SCRAM-SHA-256": "dovecot",
    "CRAM-MD5": "dovecot_other", "OTP": "dovecot_other", "ARGON2I": "ldap",
    "SSHA256.HEX": "ldap", "SHA512.HEX": "ldap", "SHA256.B64": "ldap",
}  # fmt: skip


COSTS = {"BLF-CRYPT": ["-r", "5"], "ARGON2I": ["-r", "3"]}


def dovecot(password: str) -> None:
    """Every scheme that `doveadm pw -l` names and that keeps what a login can be checked against."""
    package = version("dovecot-core")
    for scheme, name in DOVECOT.items():
        cost = COSTS.get(scheme, [])
        stored = run("doveadm", "-O", "pw", "-s", scheme, "-p", password, "-u", "jo@example.test", *cost)
        tell(name, stored, password, f"{package} doveadm pw -s {scheme}")
    stored = run("doveadm", "-O", "pw", "-s", "DIGEST-MD5", "-p", password, "-u", "jo@example.test")
    tell("dovecot", {"hash": stored, "username": "jo@example.test"}, password, f"{package} doveadm pw -s DIGEST-MD5")


def apache(password: str, folder: Path) -> None:
    """Both tools of Apache."""
    package = version("apache2-utils")
    for flags, name in (("-m", "apr_md5_crypt"), ("-B", "php_bcrypt"), ("-s", "ldap"), ("-d", "des_crypt"),
                        ("-2", "sha256_crypt"), ("-5", "sha512_crypt")):  # fmt: skip
        stored = run("htpasswd", "-nbi", flags, "jo", typed=password).partition(":")[2]
        if name == "des_crypt" and len(password.encode()) > 8:  # what DES counts
            stored = run("htpasswd", "-nbi", flags, "jo", typed=password[:8]).partition(":")[2]
        tell(name, stored, password[:8] if name == "des_crypt" else password, f"{package} htpasswd {flags}")
    file = folder / "htdigest"
    asked = pexpect.spawn("htdigest", ["-c", str(file), "here", "jo"], timeout=10)
    for _ in range(2):
        asked.expect("password: ")
        asked.sendline(password)
    asked.expect(pexpect.EOF)
    tell("digest_ha1", file.read_text().strip(), password, f"{package} htdigest")


def unix(password: str) -> None:
    """Debian's mkpasswd, for every method of libxcrypt."""
    package = version("whois")
    for method, name in (
        ("yescrypt", "yescrypt"), ("gost-yescrypt", "gost_yescrypt"), ("scrypt", "crypt7_scrypt"),
        ("bcrypt", "bcrypt"), ("sha512crypt", "sha512_crypt"), ("sha256crypt", "sha256_crypt"),
        ("sunmd5", "sun_md5_crypt"), ("md5crypt", "md5_crypt"), ("bsdicrypt", "bsdi_crypt"),
        ("descrypt", "des_crypt"), ("nt", "nt_crypt3"),
    ):  # fmt: skip
        if method == "nt" and not password.isascii():
            continue  # widened byte by byte, which nothing else does
        rounds = ["-R", "5"] if method in {"bcrypt", "yescrypt", "gost-yescrypt"} else []
        tell(
            name,
            run("mkpasswd", "-m", method, *rounds, "-s", typed=password),
            password,
            f"{package} mkpasswd -m {method}",
        )


def small(password: str, folder: Path) -> None:
    """Mosquitto, GRUB, Redis and ZNC."""
    for flags in ([], ["-H", "sha512"], ["-I", "1000"]):
        file = folder / "mosquitto"
        file.unlink(missing_ok=True)
        subprocess.run(
            ["mosquitto_passwd", *flags, "-c", "-b", str(file), "jo", password], capture_output=True, check=True
        )
        tell(
            "mosquitto",
            file.read_text().strip().partition(":")[2],
            password,
            f"{version('mosquitto')} mosquitto_passwd",
        )
    made = run("grub-mkpasswd-pbkdf2", "-c", "1000", typed=f"{password}\n{password}\n")
    tell("grub_pbkdf2_sha512", made.rpartition(" ")[2], password, f"{version('grub-common')} grub-mkpasswd-pbkdf2")
    with subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", str(folder / "redis")], stdout=-3) as redis:
        while not (folder / "redis").exists():
            time.sleep(0.05)
        client = ("redis-cli", "-s", str(folder / "redis"))
        run(*client, "ACL", "SETUSER", "jo", "on", f">{password}")
        users = run(*client, "ACL", "LIST")
        redis.terminate()
    tell("redis_acl_sha256", found(r"user jo .*(#[0-9a-f]{64})", users), password, version("redis-server"))
    made = run("znc", "--allow-root", "--makepass", "-d", str(folder / "znc"), typed=f"{password}\n{password}\n")
    digest, salt = (found(rf"{name} = (\S+)", made) for name in ("Hash", "Salt"))
    tell("znc", f"sha256#{digest}#{salt}#", password, f"{version('znc')} znc --makepass")


def databases(folder: Path) -> None:
    """PostgreSQL's own table of roles."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    data = folder / "pg"
    shutil.chown(folder, "postgres")
    as_postgres = ("runuser", "-u", "postgres", "--")
    run(*as_postgres, str(programs / "initdb"), "-D", str(data), "-E", "UTF8", "--locale", "C.UTF-8")
    options = f"-k {folder} -h ''"
    run(
        *as_postgres, str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"
    )
    try:
        for number, password in enumerate(PASSWORDS):
            for name, method in (("postgres_md5", "md5"), ("postgres_scram", "scram-sha-256")):
                role = f"jo_{method[:3]}_{number}"
                sql = f"SET password_encryption = '{method}'; CREATE ROLE {role} PASSWORD '{password}'"
                ask = (*as_postgres, "psql", "-h", str(folder), "-d", "postgres", "-qAtc")
                run(*ask, sql)
                stored = run(*ask, f"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}'")
                tell(name, {"hash": stored, "username": role}, password, version("postgresql-15"))
    finally:
        run(*as_postgres, str(programs / "pg_ctl"), "-D", str(data), "-m", "fast", "stop")


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    folder.chmod(0o755)
    for password in PASSWORDS:
        dovecot(password)
        apache(password, folder)
        unix(password)
        small(password, folder)
    databases(folder)
