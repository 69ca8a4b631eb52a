# FusionAuth's example plug-ins: ExamplePBDKF2HMACSHA256KeyLength512PasswordHasher.java (e94f4a67), which is its scheme
# salted-pbkdf2-hmac-sha256-512, and ExampleCustomMD5SaltAppendedPasswordEncryptor.java (31356c36), whose digest is that of
# salted-md5 and which puts the salt behind it; of "Password Hashing Plugins" of FusionAuth/fusionauth-contrib, in
# src/main/java/com/mycompany/fusionauth/plugins. The server's own encryptors are not published.
for name in ExamplePBDKF2HMACSHA256KeyLength512PasswordHasher ExampleCustomMD5SaltAppendedPasswordEncryptor; do
  cp "$sources/$name.java" "$work"
done
standin io.fusionauth.plugin.spi.security interface PasswordEncryptor '
    int defaultFactor();
    String encrypt(String password, String salt, int factor);'
cat > "$work/Make.java" << 'END'
import com.mycompany.fusionauth.plugins.ExampleCustomMD5SaltAppendedPasswordEncryptor;
import com.mycompany.fusionauth.plugins.ExamplePBDKF2HMACSHA256KeyLength512PasswordHasher;
import io.fusionauth.plugin.spi.security.PasswordEncryptor;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

public class Make {
    static void tell(String scheme, PasswordEncryptor encryptor, int bytes, int factor, String password, String source) {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String salt = Base64.getEncoder().encodeToString(random);
        String encrypted = encryptor.encrypt(password, salt, factor);
        byte[] digest = Arrays.copyOf(Base64.getDecoder().decode(encrypted), bytes);
        Map<String, Object> row = new TreeMap<>(Map.of("encryptionScheme", scheme, "factor", factor, "salt", salt,
            "password", Base64.getEncoder().encodeToString(digest)));
        Tell.made("fusionauth", row, password, source, typed -> encryptor.encrypt(typed, salt, factor).equals(encrypted));
    }

    public static void main(String[] arguments) {
        for (String password : Tell.PASSWORDS) {
            tell("salted-pbkdf2-hmac-sha256-512", new ExamplePBDKF2HMACSHA256KeyLength512PasswordHasher(), 64, 1000,
                password, "FusionAuth's ExamplePBDKF2HMACSHA256KeyLength512PasswordHasher (e94f4a67)");
            for (int factor : new int[] {1, 1000}) {
                tell("salted-md5", new ExampleCustomMD5SaltAppendedPasswordEncryptor(), 16, factor, password,
                    "FusionAuth's ExampleCustomMD5SaltAppendedPasswordEncryptor (31356c36), without the salt behind it");
            }
        }
    }
}
END
build
run
