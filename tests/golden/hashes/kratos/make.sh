#!/bin/sh
# Values that Ory Kratos' own comparator takes for one password and no other. What Kratos writes itself (bcrypt, argon2id,
# PBKDF2) is written by its own hashers; what it only reads, for imported users, is put together here from Go's own
# libraries as its documentation says.
# The argument is a folder with these files of ory/kratos' hash:
#   hash_comparator.go  (commit 01835dfb6fb4fb4e1ea0a46a9ed1d1f09c970d5a)
#   hasher_pbkdf2.go    (da2fe20bfe823b6888a234f13d46229c687bdee8)
#   hasher_argon2.go    (0a90f141bee494fd38bcf81a0d40d47461840a7e)
#   hasher_bcrypt.go    (0a3d182c6f445adafb21f831424501b04d2b830a)
#   hasher_scrypt.go    (05f5c47943bff5bdbfff4ca3a9ba41cc27c3fad6)
# Its configuration and tracing are stood in for, and so is go-crypt, which decodes `$1$`, `$5$` and `$6$`: by crypt(3).
# Of those, what Kratos itself says is thus how it spells them.
# apt-get install golang-go golang-golang-x-crypto-dev golang-github-pkg-errors-dev gcc libcrypt-dev
# sh make.sh FOLDER > vectors.jsonl
set -eu
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# stands_in PACKAGE < SOURCE
stands_in() {
  mkdir -p "$work/src/$1"
  cat > "$work/src/$1/standin.go"
}

stands_in github.com/ory/kratos/hash << 'END'
package hash

const tracingComponent = ""
END
for name in hash_comparator hasher_pbkdf2 hasher_argon2 hasher_bcrypt hasher_scrypt; do
  cp "$1/$name.go" "$work/src/github.com/ory/kratos/hash"
done
stands_in github.com/inhies/go-bytesize << 'END'
package bytesize

type ByteSize uint64

const KB ByteSize = 1024
END
stands_in github.com/ory/kratos/driver/config << 'END'
package config

import (
	"context"
	"github.com/inhies/go-bytesize"
)

type Argon2 struct {
	Memory                bytesize.ByteSize
	Iterations            uint32
	Parallelism           uint8
	SaltLength, KeyLength uint32
}

type Bcrypt struct{ Cost uint32 }

type Config struct{}

func (*Config) HasherArgon2() *Argon2 { return &Argon2{64 * bytesize.KB, 2, 1, 16, 32} }
func (*Config) HasherBcrypt() *Bcrypt { return &Bcrypt{4} }

type Provider interface{ Config(context.Context) *Config }
END
stands_in github.com/ory/kratos/schema << 'END'
package schema

import "errors"

func NewPasswordPolicyViolationError(_, why string) error { return errors.New(why) }
END
stands_in go.opentelemetry.io/otel/attribute << 'END'
package attribute

type KeyValue struct{}

func String(_, _ string) KeyValue { return KeyValue{} }
END
stands_in go.opentelemetry.io/otel/codes << 'END'
package codes

const Error = 0
END
stands_in go.opentelemetry.io/otel/trace << 'END'
package trace

import (
	"context"
	"go.opentelemetry.io/otel/attribute"
)

type Option struct{}
type Span struct{}
type Tracer struct{}

func WithAttributes(...attribute.KeyValue) Option { return Option{} }

func (Tracer) Start(ctx context.Context, _ string, _ ...Option) (context.Context, Span) { return ctx, Span{} }

func (Span) End()                                {}
func (Span) SetAttributes(...attribute.KeyValue) {}
func (Span) RecordError(error)                   {}
func (Span) SetStatus(int, string)               {}
END
stands_in go.opentelemetry.io/otel << 'END'
package otel

import "go.opentelemetry.io/otel/trace"

type Provider struct{}

func GetTracerProvider() Provider            { return Provider{} }
func (Provider) Tracer(string) trace.Tracer { return trace.Tracer{} }
END
stands_in github.com/ory/kratos/x << 'END'
package x

import (
	"context"
	"go.opentelemetry.io/otel/trace"
)

type Tracing struct{}

func (Tracing) Tracer() trace.Tracer { return trace.Tracer{} }

type TracingProvider interface{ Tracer(context.Context) Tracing }
END
stands_in github.com/go-crypt/crypt << 'END'
package crypt

// #cgo LDFLAGS: -lcrypt
// #include <crypt.h>
// #include <stdlib.h>
import "C"
import "unsafe"

type Decoder struct{}
type Digest struct{ encoded string }

func NewDecoder() *Decoder                               { return &Decoder{} }
func (*Decoder) Decode(encoded string) (Digest, error)   { return Digest{encoded}, nil }
func (digest Digest) MatchBytes(password []byte) bool    { return Crypt(string(password), digest.encoded) == digest.encoded }

func Crypt(password, setting string) string {
	typed, salt := C.CString(password), C.CString(setting)
	defer C.free(unsafe.Pointer(typed))
	defer C.free(unsafe.Pointer(salt))
	return C.GoString(C.crypt(typed, salt))
}
END
stands_in github.com/go-crypt/crypt/algorithm/md5crypt << 'END'
package md5crypt

import "github.com/go-crypt/crypt"

func RegisterDecoderCommon(*crypt.Decoder) error { return nil }
END
stands_in github.com/go-crypt/crypt/algorithm/shacrypt << 'END'
package shacrypt

import "github.com/go-crypt/crypt"

func RegisterDecoder(*crypt.Decoder) error { return nil }
END

stands_in make << 'END'
package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"github.com/go-crypt/crypt"
	"github.com/ory/kratos/driver/config"
	kratos "github.com/ory/kratos/hash"
	"github.com/ory/kratos/x"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/md4"
	"golang.org/x/crypto/pbkdf2"
	"golang.org/x/crypto/scrypt"
	"hash"
	"os"
	"strings"
)

var (
	ctx       = context.Background()
	passwords = []string{"samekey-dev-1", "Åse 海-2"}
	b64       = base64.StdEncoding.EncodeToString
	bare      = base64.RawStdEncoding.EncodeToString
)

type registry struct{}

func (registry) Config(context.Context) *config.Config { return &config.Config{} }
func (registry) Tracer(context.Context) x.Tracing      { return x.Tracing{} }

type line struct {
	Format   string `json:"format"`
	Stored   string `json:"stored"`
	Password string `json:"password"`
	Source   string `json:"source"`
}

func said(source, format, password, stored string) {
	if err := kratos.Compare(ctx, []byte(password), []byte(stored)); err != nil {
		panic(fmt.Sprint(stored, err))
	}
	if kratos.Compare(ctx, []byte("x"+password), []byte(stored)) == nil {
		panic(stored)
	}
	json.NewEncoder(os.Stdout).Encode(line{format, stored, password, source})
}

type hasher interface {
	Generate(context.Context, []byte) ([]byte, error)
}

func written(format, password string, hasher hasher) {
	stored, err := hasher.Generate(ctx, []byte(password))
	if err != nil {
		panic(err)
	}
	said("Ory Kratos' hashers (da2fe20b)", format, password, string(stored))
}

func taken(format, password, stored string) {
	said("Go's own libraries, accepted by Ory Kratos' comparator (01835dfb)", format, password, stored)
}

func random(size int) []byte {
	salt := make([]byte, size)
	rand.Read(salt)
	return salt
}

func sum(new func() hash.Hash, text string) []byte {
	digest := new()
	digest.Write([]byte(text))
	return digest.Sum(nil)
}

func key(password string, salt []byte, cost, length int) []byte {
	derived, err := scrypt.Key([]byte(password), salt, cost, 8, 1, length)
	if err != nil {
		panic(err)
	}
	return derived
}

func main() {
	for _, p := range passwords {
		written("bcrypt", p, kratos.NewHasherBcrypt(registry{}))
		written("argon2_phc", p, kratos.NewHasherArgon2(registry{}))
		for _, name := range []string{"sha1", "sha256", "sha512"} {
			written("phc_pbkdf2", p, &kratos.Pbkdf2{name, 1000, 16, 32})
		}
		// Under the names of SHA-224 and SHA-384 Kratos runs SHA3-224 and SHA3-384.
		for _, name := range []string{"sha224", "sha384"} {
			written("ory_pbkdf2_sha3", p, &kratos.Pbkdf2{name, 1000, 16, 32})
		}
		salt := random(16)
		derived := pbkdf2.Key([]byte(p), salt, 1000, 32, sha256.New)
		taken("phc_pbkdf2", p, "$pbkdf2-sha256$i=1000,l=256$"+bare(salt)+"$"+bare(derived))
		derived = argon2.Key([]byte(p), salt, 2, 64, 1, 32)
		taken("argon2_phc", p, "$argon2i$v=19$m=64,t=2,p=1$"+bare(salt)+"$"+bare(derived))
		taken("ory_scrypt", p, "$scrypt$ln=1024,r=8,p=1$"+b64(salt)+"$"+b64(key(p, salt, 1024, 32)))
		taken("ory_scrypt", p, "$scrypt$ln=256,r=8,p=1$"+b64(salt)+"$"+b64(key(p, salt, 256, 64)))

		// Firebase: the key encrypts the project's signer key.
		separator, signer := []byte{7}, random(64)
		block, _ := aes.NewCipher(key(p, append(salt[:10:10], separator...), 1024, 32))
		encrypted := make([]byte, 64)
		cipher.NewCTR(block, make([]byte, 16)).XORKeyStream(encrypted, signer)
		fields := []string{"$firescrypt$ln=10,r=8,p=1", b64(salt[:10]), b64(encrypted), b64(separator), b64(signer)}
		taken("supabase_fbscrypt", p, strings.Join(fields, "$"))

		taken("ldap", p, "{SSHA}"+b64(append(sum(sha1.New, p+"saltsalt"), "saltsalt"...)))
		taken("ldap", p, "{SSHA256}"+b64(append(sum(sha256.New, p+"saltsalt"), "saltsalt"...)))
		taken("ldap", p, "{SSHA512}"+b64(append(sum(sha512.New, p+"saltsalt"), "saltsalt"...)))

		taken("ory_sha_pf", p, "$md5$"+b64(sum(md5.New, p)))
		digests := map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}
		for _, name := range []string{"md5", "sha1", "sha256", "sha512"} {
			for _, part := range [][2]string{
				{"{SALT}{PASSWORD}", "s4lt$" + p},
				{"{PASSWORD}{SALT}", p + "s4lt$"},
				{"{SALT}-{PASSWORD}:{SALT}", "s4lt$-" + p + ":s4lt$"},
				{"{PASSWORD}{SALT}{PASSWORD}", p + "s4lt$" + p},
				{"a pepper {PASSWORD}", "a pepper " + p},
			} {
				if name == "md5" || name == "sha256" || part[0] == "{SALT}{PASSWORD}" {
					pattern := "$pf=" + b64([]byte(part[0])) + "$" + b64([]byte("s4lt$")) + "$"
					taken("ory_sha_pf", p, "$"+name+pattern+b64(sum(digests[name], part[1])))
				}
			}
		}
		keyed := map[string]func() hash.Hash{"md4": md4.New, "sha224": sha256.New224, "sha384": sha512.New384}
		for _, name := range []string{"md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"} {
			new := digests[name]
			if new == nil {
				new = keyed[name]
			}
			mac := hmac.New(new, []byte("a key of the site"))
			mac.Write([]byte(p))
			text := []byte(hex.EncodeToString(mac.Sum(nil)))
			taken("ory_hmac", p, "$hmac-"+name+"$"+b64(text)+"$"+b64([]byte("a key of the site")))
		}
		for _, setting := range []string{"$1$s4ltS4lt$", "$1$$", "$5$rounds=1000$s4ltS4lt$", "$5$s4lt$", "$6$rounds=1000$s4ltS4lt$"} {
			name := map[byte]string{'1': "$md5-crypt", '5': "$sha256-crypt", '6': "$sha512-crypt"}[setting[1]]
			source := "crypt(3), its names read by Ory Kratos' comparator (01835dfb)"
			said(source, "ory_crypt", p, name+crypt.Crypt(p, setting)[2:])
		}
	}
}
END
GO111MODULE=off GOFLAGS= GOPATH="$work:/usr/share/gocode" GOCACHE="$work/cache" go run "$work/src/make/standin.go"
