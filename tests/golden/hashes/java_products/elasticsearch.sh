# Elasticsearch's native realm: Hasher.java (01195333) of x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/
# security/authc/support and CharArrays.java (03c681d0) of libs/core/src/main/java/org/elasticsearch/core, of
# elastic/elasticsearch. Its plain bcrypt is left out: what it stores is any bcrypt's.
cp "$sources"/*.java "$work"
cat > "$work/SecureString.java" << 'END'
package org.elasticsearch.common.settings;
public class SecureString implements CharSequence {
    private final char[] chars;
    public SecureString(char[] chars) { this.chars = chars; }
    public char[] getChars() { return chars; }
    public char charAt(int at) { return chars[at]; }
    public int length() { return chars.length; }
    public CharSequence subSequence(int from, int to) { return new String(chars).subSequence(from, to); }
    @Override public SecureString clone() { return new SecureString(chars.clone()); }
}
END
cat > "$work/MessageDigests.java" << 'END'
package org.elasticsearch.common.hash;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
public class MessageDigests {
    private static MessageDigest named(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
    public static MessageDigest md5() { return named("MD5"); }
    public static MessageDigest sha1() { return named("SHA-1"); }
    public static MessageDigest sha256() { return named("SHA-256"); }
    public static MessageDigest sha512() { return named("SHA-512"); }
    public static char[] toHexCharArray(byte[] bytes) { return HexFormat.of().formatHex(bytes).toCharArray(); }
}
END
cat > "$work/Strings.java" << 'END'
package org.elasticsearch.common;
import java.util.Base64;
public class Strings {
    public static final Base64.Encoder BASE_64_NO_PADDING_URL_ENCODER = Base64.getUrlEncoder().withoutPadding();
}
END
cat > "$work/ElasticsearchException.java" << 'END'
package org.elasticsearch;
public class ElasticsearchException extends RuntimeException {
    public ElasticsearchException(String said) { super(said); }
    public ElasticsearchException(String said, Throwable cause) { super(said, cause); }
}
END
cat > "$work/SuppressForbidden.java" << 'END'
package org.elasticsearch.core;
public @interface SuppressForbidden { String reason(); }
END
cat > "$work/BCrypt.java" << 'END'
package org.elasticsearch.xpack.core.security.authc.support;
import org.elasticsearch.common.settings.SecureString;
class BCrypt {
    static String gensalt(int... cost) { throw new UnsupportedOperationException(); }
    static String hashpw(SecureString password, String salt) { throw new UnsupportedOperationException(); }
    static boolean checkpw(SecureString password, String hashed) { throw new UnsupportedOperationException(); }
    static boolean valid_minor(char minor) { return false; }
}
END
cat > "$work/Make.java" << 'END'
import org.elasticsearch.common.settings.SecureString;
import org.elasticsearch.xpack.core.security.authc.support.Hasher;

public class Make {
    public static void main(String[] arguments) {
        for (String password : Tell.PASSWORDS) {
            for (String name : new String[] {"pbkdf2_1000", "pbkdf2", "pbkdf2_stretch_1000", "pbkdf2_stretch"}) {
                char[] stored = Hasher.resolve(name).hash(new SecureString(password.toCharArray()));
                Tell.made("elasticsearch_pbkdf2", new String(stored), password, "Elasticsearch's Hasher (01195333)",
                    typed -> Hasher.verifyHash(new SecureString(typed.toCharArray()), stored));
            }
        }
    }
}
END
build
run
