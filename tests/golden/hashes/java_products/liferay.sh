# Liferay Portal. Of liferay/liferay-portal, PasswordEncryptorUtil.java (07e22548) and PasswordEncryptor.java (1cea9cda) of
# portal-kernel/src/com/liferay/portal/kernel/security/pwd, and {Crypt (eb65aa60), Default (60656c48), Null (1cea9cda),
# PBKDF2 (3f9c8b71), SSHA (eb65aa60)}PasswordEncryptor.java of modules/apps/portal-security/
# portal-security-password-encryptor-impl, in src/main/java/com/liferay/portal/security/password/encryptor/internal.
# PBKDF2PasswordEncryptor_7_2.java is PBKDF2PasswordEncryptor.java of portal-impl/src/com/liferay/portal/security/pwd
# (zoltantoth0409/liferay-portal at 404d5189): 6.2 to 7.2 stored its values without braces, and today's code lets them in.
# BCryptPasswordEncryptor.java stands beside it there (2de64f13); jBCrypt is in the place of Jodd's copy of it. Today's PBKDF2
# is Bouncy Castle's, and in place of its own crypt(3) commons-codec's stands.
for name in PasswordEncryptorUtil PasswordEncryptor CryptPasswordEncryptor DefaultPasswordEncryptor NullPasswordEncryptor \
  PBKDF2PasswordEncryptor SSHAPasswordEncryptor; do
  cp "$sources/$name.java" "$work"
done
mkdir "$work/before"
sed 's/PasswordEncryptorUtil\.TYPE/PasswordEncryptor.TYPE/' "$sources/PBKDF2PasswordEncryptor_7_2.java" \
  > "$work/before/PBKDF2PasswordEncryptor.java"
sed 's/PasswordEncryptorUtil\.TYPE/PasswordEncryptor.TYPE/' "$sources/BCryptPasswordEncryptor.java" \
  > "$work/before/BCryptPasswordEncryptor.java"

for package in com.liferay.petra.io com.liferay.portal.kernel.io; do
  standin $package class BigEndianCodec '
    public static void putLong(byte[] into, int at, long number) {
        java.nio.ByteBuffer.wrap(into).putLong(at, number);
    }'
done
standin com.liferay.petra.reflect class ReflectionUtil '
    public static <T> T throwException(Throwable thrown) { throw new IllegalStateException(thrown); }'
standin com.liferay.petra.string class CharPool "
    public static final char OPEN_CURLY_BRACE = '{', CLOSE_CURLY_BRACE = '}', SLASH = '/';"
standin com.liferay.petra.string class StringPool '
    public static final String BLANK = "", FORWARD_SLASH = "/", OPEN_CURLY_BRACE = "{", CLOSE_CURLY_BRACE = "}";'
standin com.liferay.petra.string class StringBundler '
    public static String concat(Object... parts) {
        StringBuilder joined = new StringBuilder();
        for (Object part : parts) joined.append(part);
        return joined.toString();
    }'
standin com.liferay.portal.kernel.exception class 'PwdEncryptorException extends Exception' "
    public PwdEncryptorException(String said, Throwable cause) { super(said, cause); }
$(for kind in InvalidAlgorithm InvalidEncryptedPwd UnsupportedEncoding UnavailableAlgorithm PwdMustNotBeNull \
    MustSetLegacyAlgorithmProperty; do
  echo "    public static class $kind extends PwdEncryptorException {"
  echo "        public $kind() { super(null, null); }"
  echo "        public $kind(String said) { super(said, null); }"
  echo "        public $kind(String said, Throwable cause) { super(said, cause); }"
  echo "    }"
done)"
standin com.liferay.portal.kernel.security class 'SecureRandom extends java.security.SecureRandom' ''
standin com.liferay.portal.kernel.security class SecureRandomUtil '
    public static long nextLong() { return new SecureRandom().nextLong(); }'
standin com.liferay.portal.kernel.util class Base64 '
    public static String encode(byte[] bytes) { return java.util.Base64.getEncoder().encodeToString(bytes); }
    public static byte[] decode(String text) { return java.util.Base64.getDecoder().decode(text); }'
standin com.liferay.portal.kernel.util class GetterUtil '
    public static int getInteger(String text, int otherwise) { return text == null ? otherwise : Integer.parseInt(text); }
    public static String getString(String text) { return text == null ? "" : text; }'
standin com.liferay.portal.kernel.util class Validator '
    public static boolean isNull(String text) { return text == null || text.isBlank(); }
    public static boolean isNotNull(String text) { return !isNull(text); }'
standin com.liferay.portal.kernel.util class ArrayUtil '
    public static byte[] append(byte[] one, byte[] other) {
        byte[] joined = java.util.Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }
    public static String[] toStringArray(char[] letters) { return new String(letters).split(""); }'
standin com.liferay.portal.kernel.util class DigesterUtil '
    public static final String ENCODING = "UTF-8";
    public static String digest(String algorithm, String text) {
        try {
            return Base64.encode(java.security.MessageDigest.getInstance(algorithm).digest(text.getBytes(ENCODING)));
        } catch (Exception missing) {
            throw new IllegalStateException(missing);
        }
    }'
standin com.liferay.portal.kernel.util class PropsKeys '
    public static final String PASSWORDS_ENCRYPTION_ALGORITHM = "passwords.encryption.algorithm";
    public static final String PASSWORDS_ENCRYPTION_ALGORITHM_LEGACY = "passwords.encryption.algorithm.legacy";'
standin com.liferay.portal.kernel.util class PropsUtil '
    public static String get(String name) { return System.getProperty(name); }'
standin com.liferay.portal.kernel.util class PropsValues '
    public static final boolean FIPS_ENABLED = false;'
standin com.liferay.portal.kernel.util class StringUtil '
    public static String toUpperCase(String text) { return text.toUpperCase(java.util.Locale.ROOT); }'
standin com.liferay.portal.kernel.util class ClassUtil '
    public static String getClassName(Object of) { return of.getClass().getName(); }'
standin com.liferay.portal.kernel.log class Log '
    public boolean isDebugEnabled() { return false; }
    public boolean isWarnEnabled() { return false; }
    public void debug(String said) {}
    public void warn(String said) {}'
standin com.liferay.portal.kernel.log class LogFactoryUtil '
    public static Log getLog(Class<?> of) { return new Log(); }'
standin com.liferay.portal.kernel.module.util class SystemBundleUtil '
    public static Object getBundleContext() { return null; }'
standin com.liferay.osgi.service.tracker.collections.map interface 'ServiceTrackerMap<K, V>' '
    V getService(K name);'
standin com.liferay.osgi.service.tracker.collections.map class ServiceTrackerMapFactory '
    public static java.util.Map<String, Object> services = new java.util.HashMap<>();
    @SuppressWarnings("unchecked")
    public static <V> ServiceTrackerMap<String, V> openSingleValueMap(Object context, Class<V> kind, String by) {
        return name -> (V) services.get(name);
    }'
standin com.liferay.portal.security.pwd 'abstract class' BasePasswordEncryptor '
    public abstract String[] getSupportedAlgorithmTypes();
    public abstract String encrypt(String algorithm, String password, String encrypted)
        throws com.liferay.portal.kernel.exception.PwdEncryptorException;
    public String encrypt(String algorithm, String password, String encrypted, boolean upgrade)
        throws com.liferay.portal.kernel.exception.PwdEncryptorException {
        return encrypt(algorithm, password, encrypted);
    }'
standin jodd.util class StringUtil '
    public static int indexOfIgnoreCase(String text, String part) {
        return text.toLowerCase(java.util.Locale.ROOT).indexOf(part.toLowerCase(java.util.Locale.ROOT));
    }
    public static String[] split(String text, String at) { return text.split(java.util.regex.Pattern.quote(at)); }'
standin org.osgi.service.component.annotations @interface Component 'String property(); Class<?> service();'
standin org.osgi.annotation.versioning @interface ProviderType ''
standin jodd.crypt class BCrypt '
    public static String gensalt(int rounds) { return org.mindrot.jbcrypt.BCrypt.gensalt(rounds); }
    public static String hashpw(String password, String salt) { return org.mindrot.jbcrypt.BCrypt.hashpw(password, salt); }'
standin org.vps.crypt class Crypt '
    public static String crypt(byte[] salt, byte[] password) {
        return org.apache.commons.codec.digest.UnixCrypt.crypt(password, new String(salt));
    }'
cat > "$work/Make.java" << 'END'
import com.liferay.osgi.service.tracker.collections.map.ServiceTrackerMapFactory;
import com.liferay.portal.kernel.security.pwd.PasswordEncryptor;
import com.liferay.portal.kernel.security.pwd.PasswordEncryptorUtil;
import com.liferay.portal.security.password.encryptor.internal.CryptPasswordEncryptor;
import com.liferay.portal.security.password.encryptor.internal.DefaultPasswordEncryptor;
import com.liferay.portal.security.password.encryptor.internal.NullPasswordEncryptor;
import com.liferay.portal.security.password.encryptor.internal.PBKDF2PasswordEncryptor;
import com.liferay.portal.security.password.encryptor.internal.SSHAPasswordEncryptor;
import java.util.Map;
import java.util.TreeMap;

public class Make {
    static boolean accepts(String typed, String stored) {
        try {
            return PasswordEncryptorUtil.encrypt(typed, stored).equals(stored);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    public static void main(String[] arguments) throws Exception {
        ServiceTrackerMapFactory.services.putAll(Map.of(
            PasswordEncryptor.TYPE_PBKDF2, new PBKDF2PasswordEncryptor(), PasswordEncryptor.TYPE_SSHA,
            new SSHAPasswordEncryptor(), PasswordEncryptor.TYPE_UFC_CRYPT, new CryptPasswordEncryptor(),
            PasswordEncryptor.TYPE_NONE, new NullPasswordEncryptor(), PasswordEncryptor.TYPE_DEFAULT,
            new DefaultPasswordEncryptor(), PasswordEncryptor.TYPE_BCRYPT,
            new com.liferay.portal.security.pwd.BCryptPasswordEncryptor()));
        String legacy = System.getProperty("passwords.encryption.algorithm.legacy");
        for (String password : Tell.PASSWORDS) {
            if (legacy == null) {
                String stored = PasswordEncryptorUtil.encrypt(password);
                Tell.made(System.getProperty("format"), stored, password, "Liferay's PasswordEncryptorUtil (07e22548)",
                    typed -> accepts(typed, stored));
                continue;
            }
            String stored = new com.liferay.portal.security.pwd.PBKDF2PasswordEncryptor().encrypt(legacy, password, null);
            Map<String, String> columns = new TreeMap<>(Map.of("hash", stored, "algorithm", legacy.split("/")[0]));
            Tell.made("liferay_pbkdf2", legacy.contains("SHA1") ? stored : columns, password,
                "Liferay's PBKDF2PasswordEncryptor of 7.2 (404d5189), let in by PasswordEncryptorUtil (07e22548)",
                typed -> accepts(typed, stored));
        }
    }
}
END
build
for algorithm in PBKDF2WithHmacSHA1/160/1000 PBKDF2WithHmacSHA256/256/1000 PBKDF2WithHmacSHA-512/512/1000; do
  run -Dfile.encoding=UTF-8 -Dformat=liferay_pbkdf2 -Dpasswords.encryption.algorithm=$algorithm
done
for algorithm in PBKDF2WithHmacSHA1/160/1000 PBKDF2WithHmacSHA256/256/1000; do
  run -Dfile.encoding=UTF-8 -Dpasswords.encryption.algorithm.legacy=$algorithm
done
run -Dformat=ldap -Dpasswords.encryption.algorithm=SSHA
run -Dformat=zope -Dpasswords.encryption.algorithm=BCRYPT/5
for algorithm in NONE UFC-CRYPT SHA-256 SHA-384; do
  run -Dformat=liferay -Dpasswords.encryption.algorithm=$algorithm
done
