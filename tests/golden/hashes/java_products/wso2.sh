# WSO2 Identity Server: PasswordHashProcessor.java of core/org.wso2.carbon.user.core/src/main/java/org/wso2/carbon/user/core/
# hash (f40dfc19) and Secret.java of core/org.wso2.carbon.utils/src/main/java/org/wso2/carbon/utils (3854525b), of
# wso2/carbon-kernel; PBKDF2HashProvider.java (66bc9305) and constant/Constants.java (2903bf11) of components/
# org.wso2.carbon.identity.hash.provider.pbkdf2, in src/main/java/org/wso2/carbon/identity/hash/provider/pbkdf2, of
# wso2-extensions/identity-hash-provider-pbkdf2; BcryptHashProvider.java (1ce9f7c4) and constant/BcryptConstants.java
# (68819ee2), there with bcrypt for pbkdf2. A user store has the password and the salt in two columns.
cp "$sources"/*.java "$work"
core=org.wso2.carbon.user.core
standin $core.hash interface HashProvider "
    void init();
    void init(java.util.Map<String, Object> properties) throws $core.exceptions.HashProviderException;
    byte[] calculateHash(char[] password, String salt) throws $core.exceptions.HashProviderException;
    default boolean supportsValidateHash() { return false; }
    default boolean validateHash(char[] password, byte[] hashed, String salt)
        throws $core.exceptions.HashProviderException { return false; }
    java.util.Map<String, Object> getParameters();
    String getAlgorithm();"
standin $core.hash interface HashProviderFactory "
    HashProvider getHashProvider();
    HashProvider getHashProvider(java.util.Map<String, Object> properties) throws $core.exceptions.HashProviderException;
    java.util.Set<String> getHashProviderConfigProperties();"
for name in HashProvider PasswordHashing; do
  standin $core.exceptions class "${name}Exception extends Exception" "
    public ${name}Exception(String said, Object... why) { super(said + java.util.Arrays.toString(why)); }"
  for side in Client Server; do
    standin $core.exceptions class "$name${side}Exception extends ${name}Exception" "
    public $name${side}Exception(String said, Object... why) { super(said, why); }"
  done
done
standin $core.internal class UserStoreMgtDataHolder "
    public static java.util.Map<String, $core.hash.HashProviderFactory> factories = new java.util.HashMap<>();
    public static UserStoreMgtDataHolder getInstance() { return new UserStoreMgtDataHolder(); }
    public $core.hash.HashProviderFactory getHashProviderFactory(String name) { return factories.get(name); }"
standin $core class UserCoreConstants '
    public static class RealmConfig {
        public static final String PASSWORD_HASH_DIGEST_FUNCTION = "PasswordDigest";
        public static final String PASSWORD_HASH_METHOD_PLAIN_TEXT = "PLAIN_TEXT";
        public static final String PASSWORD_HASH_ALGORITHM_PROPERTIES = "Hash.Algorithm.Properties";
    }'
standin org.wso2.carbon.utils class 'UnsupportedSecretTypeException extends Exception' '
    public UnsupportedSecretTypeException(String said) { super(said); }'
standin org.wso2.carbon.utils class CarbonUtils '
    public static org.wso2.carbon.base.ServerConfiguration getServerConfiguration() { return null; }'
standin org.wso2.carbon.base class ServerConfiguration '
    public String getFirstProperty(String name) { return null; }'
standin org.wso2.carbon class CarbonConstants '
    public static final String IS_PASSWORD_TRIM_ENABLED = "EnablePasswordTrim";'
standin org.apache.axiom.om.util class Base64 '
    public static String encode(byte[] bytes) { return java.util.Base64.getEncoder().encodeToString(bytes); }
    public static byte[] decode(String text) { return java.util.Base64.getDecoder().decode(text); }'
standin org.apache.commons.logging interface Log '
    boolean isDebugEnabled();
    void debug(Object said, Throwable cause);
    void warn(Object said);
    void error(Object said, Throwable cause);'
standin org.apache.commons.logging class LogFactory '
    public static Log getLog(Class<?> of) { return null; }'
standin org.wso2.carbon.identity.hash.provider.bcrypt enum ErrorMessage '
    ERROR_CODE_INVALID_COST_FACTOR_RANGE, ERROR_CODE_HASH_GENERATION_FAILED, ERROR_CODE_HASH_VALIDATION_FAILED,
    ERROR_CODE_SALT_GENERATION_FAILED, ERROR_CODE_PLAIN_TEXT_TOO_LONG, ERROR_CODE_EMPTY_VALUE,
    ERROR_CODE_UNSUPPORTED_BCRYPT_VERSION;
    public String getDescription() { return name(); }
    public String getCode() { return name(); }'
standin org.wso2.carbon.identity.hash.provider.pbkdf2 enum ErrorMessage '
    ERROR_CODE_NO_SUCH_ALGORITHM, ERROR_CODE_INVALID_ITERATION_COUNT, ERROR_CODE_INVALID_DERIVED_KEY_LENGTH,
    ERROR_CODE_INVALID_KEY_SPEC, ERROR_CODE_EMPTY_VALUE, ERROR_CODE_EMPTY_SALT_VALUE;
    public String getDescription() { return name(); }
    public String getCode() { return name(); }'
cat > "$work/Make.java" << 'END'
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.wso2.carbon.identity.hash.provider.bcrypt.BcryptHashProvider;
import org.wso2.carbon.identity.hash.provider.bcrypt.constant.BcryptConstants;
import org.wso2.carbon.identity.hash.provider.pbkdf2.PBKDF2HashProvider;
import org.wso2.carbon.identity.hash.provider.pbkdf2.constant.Constants;
import org.wso2.carbon.user.core.UserCoreConstants.RealmConfig;
import org.wso2.carbon.user.core.exceptions.HashProviderException;
import org.wso2.carbon.user.core.hash.HashProvider;
import org.wso2.carbon.user.core.hash.HashProviderFactory;
import org.wso2.carbon.user.core.hash.PasswordHashProcessor;
import org.wso2.carbon.user.core.internal.UserStoreMgtDataHolder;

public class Make {
    /** What the plug-ins' own factories do. */
    record Factory(Supplier<HashProvider> made, Set<String> names) implements HashProviderFactory {
        public HashProvider getHashProvider() {
            HashProvider provider = made.get();
            provider.init();
            return provider;
        }
        public HashProvider getHashProvider(Map<String, Object> properties) throws HashProviderException {
            HashProvider provider = made.get();
            provider.init(properties);
            return provider;
        }
        public Set<String> getHashProviderConfigProperties() { return names; }
    }

    static final Map<String, String> BY = Map.of("PBKDF2", " with PBKDF2HashProvider (66bc9305)",
        "BCRYPT", " with BcryptHashProvider (1ce9f7c4) over Bouncy Castle 1.72");

    static void tell(String format, String password, String digest, String properties, Map<String, Object> columns)
        throws Exception {
        Map<String, String> configuration = new HashMap<>(Map.of(RealmConfig.PASSWORD_HASH_DIGEST_FUNCTION, digest));
        configuration.put(RealmConfig.PASSWORD_HASH_ALGORITHM_PROPERTIES, properties);
        PasswordHashProcessor processor = new PasswordHashProcessor(configuration);
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String salt = Base64.getEncoder().encodeToString(random);
        String stored = processor.hashPassword(password, salt);
        Map<String, Object> row = new TreeMap<>(columns);
        row.putAll(Map.of("hash", stored, "salt", salt));
        Tell.made(format, row, password, "WSO2's PasswordHashProcessor (f40dfc19)"
            + BY.getOrDefault(digest, ""), typed -> {
                try {
                    return processor.validatePassword(typed, stored, salt);
                } catch (Exception failed) {
                    throw new IllegalStateException(failed);
                }
            });
    }

    public static void main(String[] arguments) throws Exception {
        UserStoreMgtDataHolder.factories.put("PBKDF2", new Factory(PBKDF2HashProvider::new, Set.of(
            Constants.ITERATION_COUNT_PROPERTY, Constants.DERIVED_KEY_LENGTH_PROPERTY,
            Constants.PSEUDO_RANDOM_FUNCTION_PROPERTY)));
        UserStoreMgtDataHolder.factories.put("BCRYPT", new Factory(BcryptHashProvider::new, Set.of(
            BcryptConstants.COST_FACTOR_PROPERTY, BcryptConstants.VERSION_PROPERTY)));
        for (String password : Tell.PASSWORDS) {
            tell("wso2", password, "SHA-256", null, Map.of());
            tell("wso2_pbkdf2", password, "PBKDF2", null, Map.of());
            tell("wso2_pbkdf2", password, "PBKDF2", "{\"pbkdf2.iteration.count\": \"1000\", \"pbkdf2.dkLength\": \"512\", "
                + "\"pbkdf2.prf\": \"PBKDF2WithHmacSHA512\"}",
                Map.of("iterations", 1000, "algorithm", "PBKDF2WithHmacSHA512"));
            tell("home_assistant", password, "BCRYPT", "{\"bcrypt.cost.factor\": \"5\"}", Map.of());
        }
    }
}
END
build
run
