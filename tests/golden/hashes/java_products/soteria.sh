# Soteria, the implementation of Jakarta Security: Pbkdf2PasswordHashImpl.java and PasswordHashCompare.java of
# impl/src/main/java/org/glassfish/soteria/identitystores/hash (eclipse-ee4j/soteria at 275ddda7).
cp "$sources"/*.java "$work"
cat > "$work/Dependent.java" << 'END'
package jakarta.enterprise.context;
public @interface Dependent {}
END
cat > "$work/Pbkdf2PasswordHash.java" << 'END'
package jakarta.security.enterprise.identitystore;
import java.util.Map;
public interface Pbkdf2PasswordHash {
    void initialize(Map<String, String> parameters);
    String generate(char[] password);
    boolean verify(char[] password, String hashed);
}
END
cat > "$work/Make.java" << 'END'
import java.util.HashMap;
import java.util.Map;
import org.glassfish.soteria.identitystores.hash.Pbkdf2PasswordHashImpl;

public class Make {
    static void tell(String password, Map<String, String> parameters) {
        Map<String, String> named = new HashMap<>();
        parameters.forEach((name, value) -> named.put("Pbkdf2PasswordHash." + name, value));
        Pbkdf2PasswordHashImpl hash = new Pbkdf2PasswordHashImpl();
        hash.initialize(named);
        String stored = hash.generate(password.toCharArray());
        Tell.made("jakarta_pbkdf2", stored, password, "Soteria's Pbkdf2PasswordHashImpl (275ddda7)",
            typed -> hash.verify(typed.toCharArray(), stored));
    }

    public static void main(String[] arguments) {
        for (String password : Tell.PASSWORDS) {
            tell(password, Map.of());
            tell(password, Map.of("Algorithm", "PBKDF2WithHmacSHA512", "Iterations", "1024", "KeySizeBytes", "64"));
        }
        tell(Tell.PASSWORDS[0], Map.of("Algorithm", "PBKDF2WithHmacSHA224", "SaltSizeBytes", "16", "KeySizeBytes", "28"));
        tell(Tell.PASSWORDS[0], Map.of("Algorithm", "PBKDF2WithHmacSHA384", "KeySizeBytes", "20"));
        tell("", Map.of("Iterations", "1024"));
    }
}
END
build
run
