# com.lambdaworks:scrypt, of wg/scrypt's src/main/java/com/lambdaworks: crypto/SCryptUtil.java (0179c436),
# crypto/SCrypt.java (01ba1bc0), crypto/PBKDF.java (33b0204e) and codec/Base64.java (6f30eda9). Its pure Java is run.
cp "$sources"/*.java "$work"
cat > "$work/LibraryLoader.java" << 'END'
package com.lambdaworks.jni;
public interface LibraryLoader {
    boolean load(String name, boolean verify);
}
END
cat > "$work/LibraryLoaders.java" << 'END'
package com.lambdaworks.jni;
public class LibraryLoaders {
    public static LibraryLoader loader() { return new SystemLibraryLoader(); }
}
END
cat > "$work/SystemLibraryLoader.java" << 'END'
package com.lambdaworks.jni;
public class SystemLibraryLoader implements LibraryLoader {
    public boolean load(String name, boolean verify) { return false; }
}
END
cat > "$work/Make.java" << 'END'
import com.lambdaworks.crypto.SCryptUtil;

public class Make {
    public static void main(String[] arguments) {
        for (String password : Tell.PASSWORDS) {
            for (int[] cost : new int[][] {{1024, 8, 1}, {16, 1, 2}}) {
                String stored = SCryptUtil.scrypt(password, cost[0], cost[1], cost[2]);
                Tell.made("lambdaworks_scrypt", stored, password, "com.lambdaworks:scrypt's SCryptUtil (0179c436)",
                    typed -> SCryptUtil.check(typed, stored));
            }
        }
    }
}
END
build
run -Dcom.lambdaworks.crypto.SCrypt.disableNative=true
