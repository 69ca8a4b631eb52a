# Apache Solr: Sha256AuthenticationProvider.java of solr/core/src/java/org/apache/solr/security (apache/solr at 1ad9fbca).
# A user is set, and let in, as the server does it.
cp "$sources/Sha256AuthenticationProvider.java" "$work"
cat > "$work/SecurityConfHandler.java" << 'END'
package org.apache.solr.handler.admin;
import java.util.Map;
public class SecurityConfHandler {
    @SuppressWarnings("unchecked")
    public static Map<String, Object> getMapValue(Map<String, Object> of, String name) {
        return (Map<String, Object>) of.get(name);
    }
}
END
cat > "$work/CommandOperation.java" << 'END'
package org.apache.solr.common.util;
import java.util.List;
import java.util.Map;
public class CommandOperation {
    public final String name;
    private final Map<String, Object> data;
    public CommandOperation(String name, Map<String, Object> data) { this.name = name; this.data = data; }
    public Map<String, Object> getDataMap() { return data; }
    public boolean hasError() { return false; }
    public void addError(String said) { throw new IllegalStateException(said); }
    public void unknownOperation() { throw new IllegalStateException(name); }
    public List<String> getStrs(String of) { throw new IllegalStateException(of); }
}
END
cat > "$work/ValidatingJsonMap.java" << 'END'
package org.apache.solr.common.util;
public class ValidatingJsonMap {}
END
cat > "$work/Api.java" << 'END'
package org.apache.solr.api.framework;
public class Api {
    public org.apache.solr.common.util.ValidatingJsonMap getSpec() { return null; }
}
END
cat > "$work/AnnotatedApi.java" << 'END'
package org.apache.solr.api.framework;
public class AnnotatedApi {
    public static java.util.List<Api> getApis(Object of) { return java.util.List.of(); }
}
END
cat > "$work/ModifyBasicAuthConfigAPI.java" << 'END'
package org.apache.solr.handler.admin.api;
public class ModifyBasicAuthConfigAPI {}
END
cat > "$work/ConfigEditablePlugin.java" << 'END'
package org.apache.solr.security;
import java.util.List;
import java.util.Map;
import org.apache.solr.common.util.CommandOperation;
public interface ConfigEditablePlugin {
    Map<String, Object> edit(Map<String, Object> latest, List<CommandOperation> commands);
}
END
cat > "$work/BasicAuthPlugin.java" << 'END'
package org.apache.solr.security;
import java.util.Map;
import org.apache.solr.common.util.ValidatingJsonMap;
public class BasicAuthPlugin {
    public static final String PROPERTY_REALM = "realm";
    public interface AuthenticationProvider {
        void init(Map<String, Object> config);
        boolean authenticate(String user, String password);
        Map<String, String> getPromptHeaders();
        ValidatingJsonMap getSpec();
    }
}
END
cat > "$work/Make.java" << 'END'
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.solr.common.util.CommandOperation;
import org.apache.solr.security.Sha256AuthenticationProvider;

public class Make {
    public static void main(String[] arguments) {
        for (String password : Tell.PASSWORDS) {
            Sha256AuthenticationProvider provider = new Sha256AuthenticationProvider();
            Map<String, Object> users = new HashMap<>();
            Map<String, Object> configuration = new HashMap<>(Map.of("credentials", users));
            provider.edit(configuration, List.of(new CommandOperation("set-user", Map.of("jo", password))));
            provider.init(configuration);
            Tell.made("solr", users.get("jo"), password, "Apache Solr's Sha256AuthenticationProvider (1ad9fbca)",
                typed -> provider.authenticate("jo", typed));
        }
    }
}
END
build
run
