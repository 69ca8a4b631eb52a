#!/usr/bin/env bash
# Values that Dovecot makes, and values by others that it lets in: one-time passwords of RFC 2289, appendix C.
# Debian: `apt-get install dovecot-core`; `bash make.sh > vectors.jsonl`.
set -euo pipefail
dovecot=$(dpkg-query -W -f '${Package} ${Version}' dovecot-core)

tell() { printf '{"format": "dovecot_other", "stored": "%s", "password": "%s", "source": "%s"}\n' "$1" "$2" "$3"; }
made() { tell "$(doveadm pw -s "$1" -p "$2")" "$2" "$dovecot doveadm pw -s $1"; }
accepted() {
  doveadm pw -t "$1" -p "$2" > /dev/null
  tell "$1" "$2" "$3$dovecot doveadm pw -t"
}

for length in 64 65; do # an HMAC key of one block, and one that is digested first
  made CRAM-MD5 "$(printf 'p%.0s' $(seq "$length"))"
done
made CRAM-MD5 "Åse-2 🐟"
made OTP "Åse-2 🐟"
for line in "md4 0 test d1854218ebbb0b51" "md4 1 test 63473ef01cd0b444" "md4 99 test c5e612776e6c237a" \
  "md5 0 TeSt 9e876134d90499dd" "md5 1 TeSt 7965e05436f5029f" "md5 99 TeSt 50fe1962c4965880" \
  "sha1 0 test bb9e6ae1979d8ff4" "sha1 1 test 63d936639734385b" "sha1 99 test 87fec7768b73ccf9"; do
  accepted "{OTP}$line" "This is a test." "RFC 2289, accepted by "
done
accepted "{PLAIN-TRUNC}7-samekey" "samekey-dev-1" "accepted by "
accepted "{PLAIN-TRUNC}60-samekey-dev-1" "samekey-dev-1" "accepted by "
