# Jenkins: of HudsonPrivateSecurityRealm.java (core/src/main/java/hudson/security of jenkinsci/jenkins at 7cfca706) its
# encoders, from JBCryptEncoder to PASSWORD_ENCODER, once as most servers run them and once under FIPS 140.
# Before 1.395 the encoder was another, over Acegi (acegi.sh): HudsonPrivateSecurityRealm_2010.java is that file of
# kohsuke/hudson at 60f4bc53. A name of today's Java stands for `_`, which is none any more.
. "$here/acegi_classes.sh"
mkdir "$work/hudson"
{
  cat << 'END'
package hudson.security;
import java.security.SecureRandom;
import org.acegisecurity.providers.encoding.PasswordEncoder;
import org.acegisecurity.providers.encoding.ShaPasswordEncoder;
public class HudsonPrivateSecurityRealm_2010 {
    static class DataAccessException extends RuntimeException {}
END
  sed -n '/PASSWORD_ENCODER = new PasswordEncoder() {/,/^    };/s/Object _)/Object none)/;/PASSWORD_ENCODER = new PasswordEncoder() {/,/^    };/p' \
    "$sources/HudsonPrivateSecurityRealm_2010.java"
  echo '}'
} > "$work/hudson/HudsonPrivateSecurityRealm_2010.java"
{
  cat << 'END'
package hudson.security;
import hudson.Util;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.mindrot.jbcrypt.BCrypt;
public class HudsonPrivateSecurityRealm {
    private static final Logger LOGGER = Logger.getLogger("realm");
    @interface SuppressFBWarnings { String value(); String justification(); }
    @interface Restricted { Class<?> value(); }
    static class NoExternalUse {}
    static class SystemProperties {
        static int getInteger(String name, int otherwise) { return Integer.getInteger(name, otherwise); }
    }
    static class FIPS140 {
        static boolean useCompliantAlgorithms() { return Boolean.getBoolean("jenkins.security.FIPS140.COMPLIANCE"); }
    }
    public interface PasswordEncoder {
        String encode(CharSequence password);
        boolean matches(CharSequence password, String encoded);
    }
    interface PasswordHashEncoder extends PasswordEncoder {
        boolean isHashValid(String hash);
    }
END
  sed -n '/static class JBCryptEncoder/,/ PASSWORD_ENCODER = /p' "$sources/HudsonPrivateSecurityRealm.java"
  echo '}'
} > "$work/hudson/HudsonPrivateSecurityRealm.java"
cat > "$work/Util.java" << 'END'
package hudson;
import java.util.HexFormat;
public class Util {
    public static String toHexString(byte[] bytes) { return HexFormat.of().formatHex(bytes); }
    public static byte[] fromHexString(String digits) { return HexFormat.of().parseHex(digits); }
}
END
cat > "$work/Make.java" << 'END'
import hudson.security.HudsonPrivateSecurityRealm;
import hudson.security.HudsonPrivateSecurityRealm_2010;

public class Make {
    public static void main(String[] arguments) {
        boolean old = Boolean.getBoolean("old");
        HudsonPrivateSecurityRealm.PasswordEncoder encoder = HudsonPrivateSecurityRealm.PASSWORD_ENCODER;
        var before = HudsonPrivateSecurityRealm_2010.PASSWORD_ENCODER;
        for (String password : Tell.PASSWORDS) {
            String stored = old ? before.encodePassword(password, null) : encoder.encode(password);
            String format = old ? "jenkins_legacy_sha256" : stored.startsWith("#") ? "jenkins_jbcrypt" : "jenkins_pbkdf2";
            Tell.made(format, stored, password, "Jenkins' HudsonPrivateSecurityRealm "
                + (old ? "of 2010 (60f4bc53) over Acegi's ShaPasswordEncoder" : "(7cfca706)"),
                typed -> old ? before.isPasswordValid(stored, typed, null) : encoder.matches(typed, stored));
        }
    }
}
END
build
run -Dold=true -Dfile.encoding=UTF-8
run
run -Djenkins.security.FIPS140.COMPLIANCE=true
