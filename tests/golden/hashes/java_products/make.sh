#!/bin/sh
# Values made by the own classes of programs in Java; what such a class asks of the rest of its program is stood in for.
# SOURCES has a folder for each program; the program's script says which of the project's files, of which commit, it takes.
# apt-get install default-jdk-headless libslf4j-java libjbcrypt-java libcommons-codec-java
# sh make.sh SOURCES [PROGRAM…] > vectors.jsonl
set -eu
here=$(cd "$(dirname "$0")" && pwd)
everything=$(cd "$1" && pwd)
shift
jars=$(find /usr/share/java -name 'slf4j-api.jar' -o -name 'slf4j-nop.jar' -o -name 'jbcrypt.jar' -o -name 'commons-codec.jar' | tr '\n' ':')

# A program's script lays originals and stand-ins into $work, builds, and runs `Make`, with properties where it takes any.
build() {
  cp "$here/Tell.java" "$work"
  find "$work" -name '*.java' > "$work/all"
  javac -nowarn -proc:none -encoding UTF-8 -Xlint:none -cp "$jars" -d "$work/classes" "@$work/all"
}
run() {
  java "$@" -cp "$work/classes:$jars" Make
}

[ $# -gt 0 ] || set -- solr jenkins
for program in "$@"; do
  sources=$everything/$program
  work=$(mktemp -d)
  . "$here/$program.sh"
  rm -r "$work"
done
