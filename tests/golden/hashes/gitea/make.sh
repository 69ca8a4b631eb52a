#!/bin/sh
# Values made and checked by Gitea's own package of password hashes; only its log is stood in for.
# The argument is a folder with hash.go, pbkdf2.go, argon2.go, scrypt.go, bcrypt.go (commit
# 4e4f109e14109ba8178b17cf7a470d5e9679539d), common.go (27f42838771dd5c4c0c80b735a7760e41dda62b7) and setting.go
# (0dcd2962235980148f8296637b44f1cf072424da) of go-gitea/gitea's modules/auth/password/hash.
# apt-get install golang-go golang-golang-x-crypto-dev
# sh make.sh FOLDER > vectors.jsonl
set -eu
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
gitea="$work/src/code.gitea.io/gitea/modules"
mkdir -p "$gitea/auth/password/hash" "$gitea/log" "$work/src/make"
for name in hash pbkdf2 argon2 scrypt bcrypt common setting; do
  cp "$1/$name.go" "$gitea/auth/password/hash"
done

cat > "$gitea/log/log.go" << 'END'
package log

import "fmt"

func Error(format string, told ...any) { panic(fmt.Sprintf(format, told...)) }
END
cat > "$work/src/make/main.go" << 'END'
package main

import (
	"code.gitea.io/gitea/modules/auth/password/hash"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
)

type line struct {
	Format   string `json:"format"`
	Stored   any    `json:"stored"`
	Password string `json:"password"`
	Source   string `json:"source"`
}

type row struct {
	Passwd         string `json:"passwd"`
	Salt           string `json:"salt"`
	PasswdHashAlgo string `json:"passwd_hash_algo"`
}

type wordless struct {
	Hash string `json:"hash"`
	Salt string `json:"salt"`
}

// Salts as Gitea has made them since 1.15, 16 bytes in hex, and as it did before, 10 letters.
func newer() string {
	salt := make([]byte, 16)
	rand.Read(salt)
	return hex.EncodeToString(salt)
}

func older() string { return newer()[:10] }

func made(algorithm, password, salt string) string {
	hasher := hash.Parse(algorithm)
	stored, err := hasher.Hash(password, salt)
	if err != nil || !hasher.VerifyPassword(password, stored, salt) || hasher.VerifyPassword("x"+password, stored, salt) {
		panic(algorithm)
	}
	return stored
}

func tell(format string, stored any, password string) {
	source := "Gitea modules/auth/password/hash (4e4f109e)"
	json.NewEncoder(os.Stdout).Encode(line{format, stored, password, source})
}

func main() {
	ascii, letters, long := "samekey-dev-1", "Åse 海-2", strings.Repeat("samekey-dev-", 6)
	gitea := func(algorithm, password, salt string) {
		tell("gitea", row{made(algorithm, password, salt), salt, algorithm}, password)
	}
	// What app.ini names is stored as its parameters.
	configured, _ := hash.SetDefaultPasswordHashAlgorithm("pbkdf2")
	gitea(configured, ascii, newer())
	for _, algorithm := range []string{"pbkdf2$10000$50", "argon2$1$64$1$50", "scrypt$1024$8$1$50", "bcrypt$4"} {
		gitea(algorithm, ascii, newer())
		gitea(algorithm, letters, newer())
	}
	gitea("pbkdf2$1000$32", long, older())
	gitea("argon2$2$128$2$32", long, older())
	gitea("scrypt$512$4$2$64", long, older())
	gitea("bcrypt$5", long, older())
	// Names without parameters, and no name at all, come from before 1.19 and mean what was fixed then.
	for _, algorithm := range []string{"", "pbkdf2", "argon2", "scrypt", "bcrypt"} {
		gitea(algorithm, ascii, older())
	}
	for _, salt := range []string{older(), newer()} {
		for _, password := range []string{ascii, letters} {
			tell("gitea_pbkdf2", wordless{made("", password, salt), salt}, password)
		}
	}
}
END
GO111MODULE=off GOFLAGS= GOPATH="$work:/usr/share/gocode" GOCACHE="$work/cache" go run "$work/src/make/main.go"
