# Acegi's encoders, for what builds on them: {Base,MessageDigest,Sha}PasswordEncoder.java of
# core/src/main/java/org/acegisecurity/providers/encoding (spring-projects/spring-security at 6a1a4abb and 00620b69).
for name in BasePasswordEncoder MessageDigestPasswordEncoder ShaPasswordEncoder; do
  cp "$everything/acegi/$name.java" "$work"
done
standin org.acegisecurity.providers.encoding 'abstract class' 'BaseDigestPasswordEncoder extends BasePasswordEncoder' '
    private boolean base64;
    public void setEncodeHashAsBase64(boolean base64) { this.base64 = base64; }
    public boolean getEncodeHashAsBase64() { return base64; }'
standin org.acegisecurity.providers.encoding interface PasswordEncoder '
    String encodePassword(String password, Object salt);
    boolean isPasswordValid(String encoded, String password, Object salt);'
