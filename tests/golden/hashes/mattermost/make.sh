#!/bin/sh
# Values made by Mattermost's own hashers, and checked by the one that Mattermost finds for each.
# The argument is a folder with these files of mattermost/mattermost's server/channels/app/password:
#   hashers/pbkdf2.go, fips_default.go  (commit 0c45638583a16af532daaab262dc7385a736793c)
#   hashers/hashers.go                  (efba537462550a1ef7f1b55ad71d5ca84bf95049)
#   hashers/bcrypt.go                   (3222d4e8d932885ca1d850a0dd76a4f6c89a4d43)
#   phcparser/parser.go                 (1a75afbf771a304c83da995d5d63dfc0d1d41329)
# Go has crypto/pbkdf2 since 1.24; Debian's older one finds x/crypto's under its name. Debian's bcrypt does not know
# passwords that are too long, either.
# apt-get install golang-go golang-golang-x-crypto-dev
# sh make.sh FOLDER > vectors.jsonl
set -eu
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
password="$work/src/github.com/mattermost/mattermost/server/v8/channels/app/password"
mkdir -p "$password" "$work/src/crypto/pbkdf2" "$work/src/make"
cp -r "$1/hashers" "$1/phcparser" "$password"
sed -i 's/bcrypt\.ErrPasswordTooLong)/ErrPasswordTooLong)/' "$password/hashers/bcrypt.go"

cat > "$work/src/crypto/pbkdf2/pbkdf2.go" << 'END'
package pbkdf2

import (
	"golang.org/x/crypto/pbkdf2"
	"hash"
)

func Key[Hash hash.Hash](h func() Hash, password string, salt []byte, rounds, length int) ([]byte, error) {
	return pbkdf2.Key([]byte(password), salt, rounds, length, func() hash.Hash { return h() }), nil
}
END
cat > "$work/src/make/main.go" << 'END'
package main

import (
	"encoding/json"
	"github.com/mattermost/mattermost/server/v8/channels/app/password/hashers"
	"os"
	"strings"
)

type line struct {
	Format   string `json:"format"`
	Stored   string `json:"stored"`
	Password string `json:"password"`
	Source   string `json:"source"`
}

func tell(format, password string, hash func(string) (string, error)) {
	stored, err := hash(password)
	if err != nil {
		panic(err)
	}
	hasher, read, err := hashers.GetHasherFromPHCString(stored)
	if err != nil {
		panic(err)
	}
	wrong := "x" + password[1:]
	if hasher.CompareHashAndPassword(read, password) != nil || hasher.CompareHashAndPassword(read, wrong) == nil {
		panic(stored)
	}
	source := "Mattermost channels/app/password/hashers (0c456385)"
	json.NewEncoder(os.Stdout).Encode(line{format, stored, password, source})
}

func main() {
	tell("mattermost_pbkdf2", "samekey-dev-1", hashers.Hash)
	longest := strings.Repeat("samekey-dev-", 6)
	for _, password := range []string{"samekey-dev-1", "Åse 海-2", "nul\x00inside", longest} {
		for _, length := range []int{32, 50} {
			hasher, err := hashers.NewPBKDF2(1000, length)
			if err != nil {
				panic(err)
			}
			tell("mattermost_pbkdf2", password, hasher.Hash)
		}
	}
	tell("bcrypt", "Åse 海-2", hashers.NewBCrypt().Hash)
}
END
GO111MODULE=off GOFLAGS= GOPATH="$work:/usr/share/gocode" GOCACHE="$work/cache" go run "$work/src/make/main.go"
