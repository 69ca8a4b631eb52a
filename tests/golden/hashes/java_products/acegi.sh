# Acegi, which became Spring Security: its encoders beside a salt in a column of its own, in hex and in base64.
. "$here/acegi_classes.sh"
cat > "$work/Make.java" << 'END'
import java.util.Map;
import java.util.TreeMap;
import org.acegisecurity.providers.encoding.MessageDigestPasswordEncoder;
import org.acegisecurity.providers.encoding.ShaPasswordEncoder;

public class Make {
    static void tell(MessageDigestPasswordEncoder encoder, String salt, String password) {
        String stored = encoder.encodePassword(password, salt);
        Tell.made("acegi", new TreeMap<>(Map.of("hash", stored, "salt", salt)), password,
            "Acegi's MessageDigestPasswordEncoder (00620b69)", typed -> encoder.isPasswordValid(stored, typed, salt));
    }

    public static void main(String[] arguments) {
        for (String password : Tell.PASSWORDS) {
            tell(new MessageDigestPasswordEncoder("MD5"), "jo", password);
            for (int strength : new int[] {1, 256, 384, 512}) {
                tell(new ShaPasswordEncoder(strength), "jo", password);
            }
            for (String algorithm : new String[] {"MD5", "SHA-256"}) {
                tell(new MessageDigestPasswordEncoder(algorithm, true), "S\u00f8 {1}", password);
            }
        }
    }
}
END
build
run -Dfile.encoding=UTF-8
