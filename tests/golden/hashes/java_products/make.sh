#!/bin/sh
# Values made by the own classes of programs in Java; what such a class asks of the rest of its program is stood in for.
# SOURCES has a folder for each program; the program's script says which of the project's files, of which commit, it takes.
# apt-get install default-jdk-headless libslf4j-java libjbcrypt-java libcommons-codec-java libbcprov-java \
#   libjackson2-databind-java libgoogle-gson-java libcommons-lang-java
# sh make.sh SOURCES [PROGRAM…] > vectors.jsonl
set -eu
here=$(cd "$(dirname "$0")" && pwd)
everything=$(cd "$1" && pwd)
shift
jars=
for jar in slf4j-api slf4j-nop jbcrypt commons-codec bcprov jackson-annotations jackson-core jackson-databind gson \
  commons-lang; do
  jars=$jars/usr/share/java/$jar.jar:
done

# A program's script lays originals and stand-ins into $work, builds, and runs `Make`, with properties where it takes any.
# A stand-in has a package, a kind, a name and what it extends, and what stands inside.
standin() {
  mkdir -p "$work/$1"
  printf 'package %s;\npublic %s %s {\n%s\n}\n' "$1" "$2" "$3" "$4" > "$work/$1/${3%%[ <]*}.java"
}
build() {
  cp "$here/Tell.java" "$work"
  find "$work" -name '*.java' > "$work/all"
  javac -nowarn -XDsuppressNotes -proc:none -encoding UTF-8 -Xlint:none -cp "$jars" -d "$work/classes" "@$work/all"
}
run() {
  java "$@" -cp "$work/classes:$jars" Make
}

[ $# -gt 0 ] || set -- solr acegi jenkins keycloak keycloak_before_8 lambdaworks soteria elasticsearch liferay wso2 liberty fusionauth
for program in "$@"; do
  sources=$everything/$program
  work=$(mktemp -d)
  . "$here/$program.sh"
  rm -r "$work"
done
