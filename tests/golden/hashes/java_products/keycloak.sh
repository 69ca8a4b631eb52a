# Keycloak, of keycloak/keycloak: Pbkdf2PasswordHashProvider.java (100039f6) and Salt.java (54700803) of
# server-spi-private/src/main/java/org/keycloak/credential/hash; Argon2PasswordHashProvider.java (219684bd) and
# Argon2Parameters.java (5ffdbd9b) of crypto/default/src/main/java/org/keycloak/crypto/hash; PasswordCredentialModel.java
# (091ec956) of server-spi/src/main/java/org/keycloak/models/credential, and of dto/ there PasswordCredentialData.java
# (67f2db38) and PasswordSecretData.java (04c26753). Its argon2 is Bouncy Castle's, its JSON Jackson's, both Debian's here.
cp "$sources"/*.java "$work"
cat > "$work/PasswordHashProvider.java" << 'END'
package org.keycloak.credential.hash;
import org.keycloak.models.PasswordPolicy;
import org.keycloak.models.credential.PasswordCredentialModel;
public interface PasswordHashProvider {
    boolean policyCheck(PasswordPolicy policy, PasswordCredentialModel credential);
    PasswordCredentialModel encodedCredential(String password, int iterations);
    default String encode(String password, int iterations) { return password; }
    boolean verify(String password, PasswordCredentialModel credential);
    default String credentialHashingStrength(PasswordCredentialModel credential) { return null; }
    void close();
}
END
cat > "$work/PasswordPolicy.java" << 'END'
package org.keycloak.models;
public class PasswordPolicy {
    public int getHashIterations() { return -1; }
}
END
cat > "$work/CryptoIntegration.java" << 'END'
package org.keycloak.common.crypto;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import javax.crypto.SecretKeyFactory;
public class CryptoIntegration {
    public static CryptoIntegration getProvider() { return new CryptoIntegration(); }
    public SecretKeyFactory getSecretKeyFact(String name) throws NoSuchAlgorithmException, NoSuchProviderException {
        return SecretKeyFactory.getInstance(name);
    }
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
cat > "$work/MultivaluedHashMap.java" << 'END'
package org.keycloak.common.util;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
public class MultivaluedHashMap<K, V> extends HashMap<K, List<V>> {
    public MultivaluedHashMap() {}
    public MultivaluedHashMap(Map<K, List<V>> of) { super(of); }
    public V getFirst(K key) { return containsKey(key) ? get(key).get(0) : null; }
}
END
cat > "$work/StringUtil.java" << 'END'
package org.keycloak.utils;
public class StringUtil {
    public static boolean isBlank(String text) { return text == null || text.isBlank(); }
}
END
cat > "$work/JsonSerialization.java" << 'END'
package org.keycloak.util;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
public class JsonSerialization {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    public static String writeValueAsString(Object value) throws IOException { return MAPPER.writeValueAsString(value); }
    public static <T> T readValue(String text, Class<T> kind) throws IOException { return MAPPER.readValue(text, kind); }
}
END
cat > "$work/CredentialModel.java" << 'END'
package org.keycloak.credential;
public class CredentialModel {
    private String id, type, label, data, secret;
    private Long created;
    public String getId() { return id; }
    public void setId(String id) { this.id = id; }
    public String getType() { return type; }
    public void setType(String type) { this.type = type; }
    public String getUserLabel() { return label; }
    public void setUserLabel(String label) { this.label = label; }
    public Long getCreatedDate() { return created; }
    public void setCreatedDate(Long created) { this.created = created; }
    public String getCredentialData() { return data; }
    public void setCredentialData(String data) { this.data = data; }
    public String getSecretData() { return secret; }
    public void setSecretData(String secret) { this.secret = secret; }
}
END
cat > "$work/Logger.java" << 'END'
package org.jboss.logging;
public class Logger {
    public static Logger getLogger(Class<?> of) { return new Logger(); }
    public void warn(Object said) {}
}
END
cat > "$work/TracingProviderUtil.java" << 'END'
package org.keycloak.tracing;
import java.util.function.Function;
public class TracingProviderUtil {
    public static TracingProviderUtil getTracingProvider() { return new TracingProviderUtil(); }
    public <T> T trace(Class<?> of, String name, Function<Object, T> traced) { return traced.apply(null); }
}
END
cat > "$work/Argon2PasswordHashProviderFactory.java" << 'END'
package org.keycloak.crypto.hash;
public class Argon2PasswordHashProviderFactory {
    public static final String ID = "argon2";
    public static final String TYPE_KEY = "type";
    public static final String VERSION_KEY = "version";
    public static final String HASH_LENGTH_KEY = "hashLength";
    public static final String MEMORY_KEY = "memory";
    public static final String PARALLELISM_KEY = "parallelism";
}
END
cat > "$work/Make.java" << 'END'
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.keycloak.credential.CredentialModel;
import org.keycloak.credential.hash.PasswordHashProvider;
import org.keycloak.credential.hash.Pbkdf2PasswordHashProvider;
import org.keycloak.crypto.hash.Argon2Parameters;
import org.keycloak.crypto.hash.Argon2PasswordHashProvider;
import org.keycloak.models.credential.PasswordCredentialModel;

public class Make {
    /** A credential as its table and an export of the realm have it. */
    static void tell(PasswordHashProvider provider, int iterations, String password, String source) {
        CredentialModel stored = provider.encodedCredential(password, iterations);
        PasswordCredentialModel read = PasswordCredentialModel.createFromCredentialModel(stored);
        Map<String, String> columns = new TreeMap<>(
            Map.of("secretData", stored.getSecretData(), "credentialData", stored.getCredentialData()));
        Tell.made("keycloak", columns, password, source, typed -> provider.verify(typed, read));
    }

    static void argon2(String version, String type, int memory, int passes, int lanes, String password) {
        tell(new Argon2PasswordHashProvider(version, type, Argon2Parameters.DEFAULT_HASH_LENGTH, memory, passes, lanes,
            new Semaphore(1)), -1, password, "Keycloak's Argon2PasswordHashProvider (219684bd) over Bouncy Castle 1.72");
    }

    public static void main(String[] arguments) {
        String source = "Keycloak's Pbkdf2PasswordHashProvider (100039f6)";
        for (String password : Tell.PASSWORDS) {
            tell(new Pbkdf2PasswordHashProvider("pbkdf2", "PBKDF2WithHmacSHA1", 1000), 1000, password, source);
            tell(new Pbkdf2PasswordHashProvider("pbkdf2-sha256", "PBKDF2WithHmacSHA256", 1000, 256), 1000, password, source);
            tell(new Pbkdf2PasswordHashProvider("pbkdf2-sha256", "PBKDF2WithHmacSHA256", 1000), 1000, password, source);
            tell(new Pbkdf2PasswordHashProvider("pbkdf2-sha512", "PBKDF2WithHmacSHA512", 1000), 1000, password, source);
            argon2(Argon2Parameters.DEFAULT_VERSION, Argon2Parameters.DEFAULT_TYPE, Argon2Parameters.DEFAULT_MEMORY,
                Argon2Parameters.DEFAULT_ITERATIONS, Argon2Parameters.DEFAULT_PARALLELISM, password);
        }
        String longer = "more than the fourteen characters that it fills up to";
        tell(new Pbkdf2PasswordHashProvider("pbkdf2-sha512", "PBKDF2WithHmacSHA512", 1000), 1000, longer, source);
        for (String version : Argon2Parameters.listVersions()) {
            for (String type : Argon2Parameters.listTypes()) {
                argon2(version, type, 1024, 2, 2, Tell.PASSWORDS[0]);
            }
        }
    }
}
END
build
run
