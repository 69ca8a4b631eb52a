#!/usr/bin/env bash
# Marks of accounts without a password, as Debian's own tools write them.
# Debian: `apt-get install passwd base-passwd whois`; as root `bash make.sh > vectors.jsonl`. The accounts live in a folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/etc"
touch "$folder"/etc/{passwd,shadow,group,gshadow}
echo "users:x:100:" > "$folder/etc/group"

version() { dpkg-query -W -f '${Package} ${Version}' "$1"; }
field() { awk -F: -v name="$2" '$1 == name { print $2 }' "$1"; }
tell() { printf '{"format": "%s", "stored": "%s", "password": null, "source": "%s"}\n' "$1" "$2" "$3"; }

useradd --prefix "$folder" -M -N -g users jo
tell no_password "$(field "$folder/etc/passwd" jo)" "$(version passwd) useradd, in passwd"
tell locked "$(field "$folder/etc/shadow" jo)" "$(version passwd) useradd, in shadow"
usermod --prefix "$folder" -p "$(mkpasswd -m sha512crypt samekey-dev-1)" jo
usermod --prefix "$folder" -L jo
tell locked "$(field "$folder/etc/shadow" jo)" "$(version passwd) usermod -L"
tell no_password "$(field /usr/share/base-passwd/passwd.master daemon)" "$(version base-passwd) passwd.master"
