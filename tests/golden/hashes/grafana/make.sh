#!/bin/sh
# Values made by Grafana's own functions: salts by GetRandomString, keys by EncodePassword, which is also what a login
# is compared with.
# The argument is a folder with pkg/util/encoding.go of grafana/grafana (commit 00747853b7cf8a3f0f4d9f39bc0408d366c954a1).
# apt-get install golang-go golang-golang-x-crypto-dev
# sh make.sh FOLDER > vectors.jsonl
set -eu
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mkdir -p "$work/src/util" "$work/src/make"
cp "$1/encoding.go" "$work/src/util"

cat > "$work/src/make/main.go" << 'END'
package main

import (
	"encoding/json"
	"os"
	"strings"
	"util"
)

type columns struct {
	Hash string `json:"hash"`
	Salt string `json:"salt"`
}

type line struct {
	Format   string  `json:"format"`
	Stored   columns `json:"stored"`
	Password string  `json:"password"`
	Source   string  `json:"source"`
}

func encoded(password, salt string) string {
	key, err := util.EncodePassword(password, salt)
	if err != nil {
		panic(err)
	}
	return key
}

func main() {
	for _, password := range []string{"samekey-dev-1", "Åse 海-2", strings.Repeat("samekey-dev-", 6)} {
		salt, err := util.GetRandomString(10)
		if err != nil {
			panic(err)
		}
		stored := columns{encoded(password, salt), salt}
		if encoded(password, salt) != stored.Hash || encoded(password+"x", salt) == stored.Hash {
			panic("grafana")
		}
		json.NewEncoder(os.Stdout).Encode(line{"grafana", stored, password, "Grafana util.EncodePassword (00747853)"})
	}
}
END
GO111MODULE=off GOFLAGS= GOPATH="$work:/usr/share/gocode" GOCACHE="$work/cache" go run "$work/src/make/main.go"
