// Values made by Java libraries.
// Debian: apt-get install default-jdk-headless libshiro-java libtomcat9-java libjetty9-java libzookeeper-java
// libslf4j-java; java -cp '/usr/share/java/*' Make.java > vectors.jsonl
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.catalina.realm.MessageDigestCredentialHandler;
import org.apache.catalina.realm.SecretKeyCredentialHandler;
import org.apache.shiro.crypto.hash.DefaultHashService;
import org.apache.shiro.crypto.hash.HashRequest;
import org.apache.shiro.crypto.hash.format.Shiro1CryptFormat;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.eclipse.jetty.util.security.Credential;
import org.eclipse.jetty.util.security.Password;

public class Make {
    static final String[] PASSWORDS = {"samekey-dev-1", "\u00c5se-2"};

    static String json(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static void tell(String format, String stored, String password, String source) {
        System.out.println("{\"format\": " + json(format) + ", \"stored\": " + stored + ", \"password\": "
            + json(password) + ", \"source\": " + json(source) + "}");
    }

    static String version(Class<?> of, String meant) {
        String found = of.getPackage().getImplementationVersion();
        return found == null ? meant : found;
    }

    public static void main(String[] arguments) throws Exception {
        for (String password : PASSWORDS) {
            shiro(password);
            tomcat(password);
            jetty(password);
            String source = "ZooKeeper 3.8.0 DigestAuthenticationProvider";
            tell("zookeeper_digest", json(DigestAuthenticationProvider.generateDigest("jo:" + password)), password, source);
        }
    }

    static void shiro(String password) {
        for (String algorithm : new String[] {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
            for (int rounds : new int[] {1, 1000}) {
                DefaultHashService service = new DefaultHashService();
                service.setHashAlgorithmName(algorithm);
                service.setHashIterations(rounds);
                service.setGeneratePublicSalt(true);
                String stored = new Shiro1CryptFormat().format(
                    service.computeHash(new HashRequest.Builder().setSource(password).build()));
                tell("shiro1", json(stored), password, "Apache Shiro 1.3.2 DefaultHashService");
            }
        }
    }

    static void tomcat(String password) throws Exception {
        String source = "Tomcat 9.0.70 ";
        for (String algorithm : new String[] {"MD5", "SHA-1", "SHA-256", "SHA-512"}) {
            for (int rounds : new int[] {1, 3}) {
                MessageDigestCredentialHandler handler = new MessageDigestCredentialHandler();
                handler.setAlgorithm(algorithm);
                handler.setIterations(rounds);
                handler.setSaltLength(8);
                tell("tomcat_digest", json(handler.mutate(password)), password, source + "MessageDigestCredentialHandler");
            }
        }
        MessageDigestCredentialHandler bare = new MessageDigestCredentialHandler();
        bare.setAlgorithm("SHA-256");
        bare.setSaltLength(0);
        tell("raw_sha256", json(bare.mutate(password)), password, source + "MessageDigestCredentialHandler");
        for (String algorithm : new String[] {"PBKDF2WithHmacSHA1", "PBKDF2WithHmacSHA256", "PBKDF2WithHmacSHA512"}) {
            SecretKeyCredentialHandler handler = new SecretKeyCredentialHandler();
            handler.setAlgorithm(algorithm);
            handler.setIterations(1000);
            handler.setKeyLength(160);
            handler.setSaltLength(16);
            String row = "{\"hash\": " + json(handler.mutate(password)) + ", \"algorithm\": " + json(algorithm) + "}";
            tell("tomcat_pbkdf2", row, password, source + "SecretKeyCredentialHandler");
        }
    }

    static void jetty(String password) {
        tell("jetty", json(Credential.MD5.digest(password)), password, "Jetty 9.4.57 Credential.MD5");
        tell("jetty", json(Password.obfuscate(password)), password, "Jetty 9.4.57 Password.obfuscate");
    }
}
