# WebSphere Liberty, of OpenLiberty/open-liberty's dev/com.ibm.ws.crypto.passwordutil/src/com/ibm: websphere/crypto/
# PasswordUtil.java (03d51f45); of ws/crypto/util PasswordCipherUtil.java (00499b9b), HashedData.java and
# PasswordHashGenerator.java (2592d692), and in a folder `before` the last two as they were until 2025 (43d16bc6, 90d0335e):
# they left out what was the default then.
standin com.ibm.ws.crypto.util class MessageUtils '
    public static final String RB = "com.ibm.ws.crypto.util.internal.resources.Messages";
    public static String getMessage(String name, Object... told) { return name; }'
standin com.ibm.ws.crypto.util.internal.resources class 'Messages extends java.util.ListResourceBundle' '
    protected Object[][] getContents() { return new Object[0][]; }'
for kind in com.ibm.ws.crypto.util.InvalidPasswordCipher com.ibm.ws.crypto.util.UnsupportedConfiguration \
  com.ibm.websphere.crypto.UnsupportedCryptoAlgorithm com.ibm.websphere.crypto.InvalidPasswordDecoding \
  com.ibm.websphere.crypto.InvalidPasswordEncoding; do
  name=${kind##*.}Exception
  standin "${kind%.*}" class "$name extends Exception" "
    public $name() {}
    public $name(String said) { super(said); }"
done
standin com.ibm.ws.crypto.util class AESKeyManager '
    static java.security.Key getKey(String named) { throw new UnsupportedOperationException(); }
    static javax.crypto.spec.IvParameterSpec getIV(String named) { throw new UnsupportedOperationException(); }'
standin com.ibm.ws.crypto.util.custom class CustomManifest '
    public String getImplClass() { return null; }
    public String getLocation() { return null; }'
standin com.ibm.ws.crypto.util.custom class CustomUtils '
    public static final String CUSTOM_ENCRYPTION_DIR = null;
    public static boolean isCommandLine() { return false; }
    public static java.util.List<CustomManifest> findCustomEncryption(String folder) { return null; }
    public static String toJSON(java.util.List<CustomManifest> found) { return null; }'
standin com.ibm.wsspi.security.crypto class EncryptedInfo '
    private final byte[] bytes;
    private final String alias;
    public EncryptedInfo(byte[] bytes, String alias) { this.bytes = bytes; this.alias = alias; }
    public byte[] getEncryptedBytes() { return bytes; }
    public String getKeyAlias() { return alias; }'
standin com.ibm.wsspi.security.crypto interface CustomPasswordEncryption '
    byte[] decrypt(EncryptedInfo info) throws Exception;
    EncryptedInfo encrypt(byte[] password) throws Exception;'
standin com.ibm.wsspi.kernel.service.utils class 'AtomicServiceReference<T>' '
    public AtomicServiceReference(String name) {}
    public T getService() { return null; }
    public void activate(Object context) {}
    public void deactivate(Object context) {}
    public void setReference(Object reference) {}
    public void unsetReference(Object reference) {}'
for package in com.ibm.ws.common.encoder com.ibm.ws.common.internal.encoder; do
  standin $package class Base64Coder '
    public static byte[] base64Decode(byte[] text) { return java.util.Base64.getDecoder().decode(text); }
    public static byte[] base64Encode(byte[] bytes) { return java.util.Base64.getEncoder().encode(bytes); }'
done
standin org.osgi.framework interface 'ServiceReference<T>' ''
standin org.osgi.service.component interface ComponentContext ''
annotations=org.osgi.service.component.annotations
standin $annotations @interface Activate ''
standin $annotations @interface Deactivate ''
standin $annotations @interface Component '
    Class<?> service(); String name(); ConfigurationPolicy configurationPolicy(); boolean immediate(); String property();'
standin $annotations @interface Reference '
    Class<?> service(); ReferencePolicy policy(); ReferenceCardinality cardinality(); ReferencePolicyOption policyOption();
    String name();'
standin $annotations enum ConfigurationPolicy IGNORE
standin $annotations enum ReferencePolicy DYNAMIC
standin $annotations enum ReferenceCardinality OPTIONAL
standin $annotations enum ReferencePolicyOption GREEDY
cat > "$work/Make.java" << 'END'
import com.ibm.websphere.crypto.PasswordUtil;
import java.util.HashMap;
import java.util.Map;

public class Make {
    static boolean accepts(String typed, String stored) {
        try {
            if (!PasswordUtil.isHashed(stored)) {
                return PasswordUtil.decode(stored).equals(typed);
            }
            return PasswordUtil.encode(typed, "hash", new HashMap<>(Map.of("hash.encoded", stored))).equals(stored);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    static void tell(String algorithm, String password, Map<String, String> properties, String by) throws Exception {
        String stored = PasswordUtil.encode(password, algorithm, new HashMap<>(properties));
        Tell.made("ibm_" + algorithm, stored, password, "WebSphere Liberty's PasswordUtil (03d51f45)" + by,
            typed -> accepts(typed, stored));
    }

    public static void main(String[] arguments) throws Exception {
        boolean before = Boolean.getBoolean("before");
        String by = " with its HashedData " + (before ? "before 2025 (43d16bc6)" : "(2592d692)");
        for (String password : Tell.PASSWORDS) {
            if (before) {
                tell("xor", password, Map.of(), "");
                tell("hash", password, Map.of(), by);
            }
            tell("hash", password, Map.of("hash.iteration", "1000"), by);
        }
        tell("hash", Tell.PASSWORDS[0],
            Map.of("hash.algorithm", "PBKDF2WithHmacSHA256", "hash.iteration", "1000", "hash.length", "512"), by);
    }
}
END
cp "$sources"/*.java "$work"
build
run
cp "$sources"/before/*.java "$work"
build
run -Dbefore=true
