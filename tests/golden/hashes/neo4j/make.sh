#!/bin/sh
# Values made by Neo4j's own credential class over Debian's Shiro; a password of each is read back by it, too.
# The argument is a folder with neo4j/neo4j's community/security/src/main/java/org/neo4j/server/security, of which
# SystemGraphCredential, SecureHasher, SecureHasherConfiguration and SecureHasherConfigurations are taken (commit
# cacefd098ba7285449dc96ce0897fa2ec67d2c4f). Shiro 2 moved some packages under `lang`; Debian has Shiro 1.
# apt-get install default-jdk-headless libshiro-java libslf4j-java libcommons-beanutils-java
# sh make.sh FOLDER > vectors.jsonl
set -eu
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
for name in SystemGraphCredential SecureHasher SecureHasherConfiguration SecureHasherConfigurations; do
  sed 's/org\.apache\.shiro\.lang\./org.apache.shiro./' "$1/$name.java" > "$work/$name.java"
done

cat > "$work/Credential.java" << 'END'
package org.neo4j.kernel.impl.security;
public interface Credential {
    String CREDENTIAL_SEPARATOR = ",";
    boolean matchesPassword(byte[] password);
    String serialize();
}
END
cat > "$work/FormatException.java" << 'END'
package org.neo4j.server.security;
public class FormatException extends Exception {
    public FormatException(String message) { super(message); }
}
END
cat > "$work/InvalidArgumentException.java" << 'END'
package org.neo4j.exceptions;
public class InvalidArgumentException extends RuntimeException {
    public InvalidArgumentException(String message) { super(message); }
}
END
cat > "$work/Make.java" << 'END'
import java.nio.charset.StandardCharsets;
import org.neo4j.server.security.SecureHasher;
import org.neo4j.server.security.SystemGraphCredential;

public class Make {
    public static void main(String[] arguments) throws Exception {
        String[][] passwords = {{"samekey-dev-1", "samekey-dev-1"}, {"\u00c5se \u6d77-2", "\\u00c5se \\u6d77-2"}};
        for (String version : new String[] {"0", "1"}) {
            for (String[] password : passwords) {
                byte[] typed = password[0].getBytes(StandardCharsets.UTF_8);
                SecureHasher hasher = new SecureHasher(version);
                String stored = SystemGraphCredential.createCredentialForPassword(typed, hasher).serialize();
                SystemGraphCredential read = SystemGraphCredential.deserialize(stored, hasher);
                if (!read.matchesPassword(typed) || read.matchesPassword(new byte[] {'x'})) {
                    throw new IllegalStateException(version);
                }
                System.out.println("{\"format\": \"neo4j\", \"stored\": \"" + stored + "\", \"password\": \""
                    + password[1] + "\", \"source\": \"Neo4j's SystemGraphCredential over Shiro 1.3.2\"}");
            }
        }
    }
}
END
jars=$(find /usr/share/java -name 'shiro-core.jar' -o -name 'slf4j-api.jar' -o -name 'slf4j-nop.jar' \
  -o -name 'commons-beanutils.jar' -o -name 'commons-logging.jar' | tr '\n' ':')
javac -nowarn -cp "$jars" -d "$work/classes" "$work"/*.java
java -cp "$work/classes:$jars" Make
