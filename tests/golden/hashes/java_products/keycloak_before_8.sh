# Keycloak before 8: its Pbkdf2PasswordHashProvider.java of server-spi-private/src/main/java/org/keycloak/credential/hash,
# as trecloux/keycloak has it at 6d70f868. Its table and an export of the realm had a column for each part.
cp "$sources/Pbkdf2PasswordHashProvider.java" "$work"
cat > "$work/PasswordHashProvider.java" << 'END'
package org.keycloak.credential.hash;
import org.keycloak.credential.CredentialModel;
import org.keycloak.models.PasswordPolicy;
public interface PasswordHashProvider {
    boolean policyCheck(PasswordPolicy policy, CredentialModel credential);
    void encode(String password, int iterations, CredentialModel credential);
    boolean verify(String password, CredentialModel credential);
    void close();
}
END
cat > "$work/PasswordPolicy.java" << 'END'
package org.keycloak.models;
public class PasswordPolicy {
    public int getHashIterations() { return -1; }
}
END
cat > "$work/UserCredentialModel.java" << 'END'
package org.keycloak.models;
public class UserCredentialModel {
    public static final String PASSWORD = "password";
}
END
cat > "$work/Base64.java" << 'END'
package org.keycloak.common.util;
import java.io.IOException;
public class Base64 {
    public static String encodeBytes(byte[] bytes) { return java.util.Base64.getEncoder().encodeToString(bytes); }
    public static byte[] decode(String text) throws IOException { return java.util.Base64.getDecoder().decode(text); }
}
END
cat > "$work/CredentialModel.java" << 'END'
package org.keycloak.credential;
public class CredentialModel {
    private String type, algorithm, value;
    private int iterations;
    private byte[] salt;
    public String getType() { return type; }
    public void setType(String type) { this.type = type; }
    public String getAlgorithm() { return algorithm; }
    public void setAlgorithm(String algorithm) { this.algorithm = algorithm; }
    public String getValue() { return value; }
    public void setValue(String value) { this.value = value; }
    public int getHashIterations() { return iterations; }
    public void setHashIterations(int iterations) { this.iterations = iterations; }
    public byte[] getSalt() { return salt; }
    public void setSalt(byte[] salt) { this.salt = salt; }
}
END
cat > "$work/Make.java" << 'END'
import java.util.Map;
import java.util.TreeMap;
import org.keycloak.common.util.Base64;
import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.hash.Pbkdf2PasswordHashProvider;

public class Make {
    static void tell(Pbkdf2PasswordHashProvider provider, String password) {
        CredentialModel stored = new CredentialModel();
        provider.encode(password, 1000, stored);
        Map<String, Object> columns = new TreeMap<>(Map.of("hashedSaltedValue", stored.getValue(),
            "salt", Base64.encodeBytes(stored.getSalt()), "hashIterations", stored.getHashIterations(),
            "algorithm", stored.getAlgorithm()));
        Tell.made("keycloak", columns, password, "Keycloak's Pbkdf2PasswordHashProvider before 8 (6d70f868)",
            typed -> provider.verify(typed, stored));
    }

    public static void main(String[] arguments) {
        for (String password : Tell.PASSWORDS) {
            tell(new Pbkdf2PasswordHashProvider("pbkdf2", "PBKDF2WithHmacSHA1", 1000), password);
            tell(new Pbkdf2PasswordHashProvider("pbkdf2-sha256", "PBKDF2WithHmacSHA256", 1000), password);
            tell(new Pbkdf2PasswordHashProvider("pbkdf2-sha512", "PBKDF2WithHmacSHA512", 1000), password);
        }
    }
}
END
build
run
