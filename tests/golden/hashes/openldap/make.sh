#!/bin/sh
# Values made by slappasswd. Debian: apt-get install slapd; sh make.sh > vectors.jsonl
set -eu
modules=/usr/lib/ldap
version=$(dpkg-query -W -f '${Version}' slapd)
tell() { printf '{"format": "ldap", "stored": "%s", "password": "samekey-dev-1", "source": "slappasswd %s"}\n' "$1" "$version"; }
for scheme in '{SSHA}' '{SHA}' '{SMD5}' '{MD5}'; do tell "$(slappasswd -s samekey-dev-1 -h "$scheme")"; done
for scheme in SSHA256 SHA256 SSHA384 SHA384 SSHA512 SHA512; do
  tell "$(slappasswd -s samekey-dev-1 -h "{$scheme}" -o module-path=$modules -o module-load=pw-sha2)"
done
tell "$(slappasswd -s samekey-dev-1 -h '{ARGON2}' -o module-path=$modules -o module-load=argon2)"
