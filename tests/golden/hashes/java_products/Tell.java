import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The lines of the golden file. */
public class Tell {
    static final String[] PASSWORDS = {"samekey-dev-1", "\u00c5se \ud83d\udc1f \u6d77-2"};

    /** A value that the program has just made, and what says whether it lets a password in. */
    static void made(String format, Object stored, String password, String source, Predicate<String> accepts) {
        if (!accepts.test(password) || accepts.test("x" + password)) {
            throw new IllegalStateException(format);
        }
        System.out.println("{\"format\": " + json(format) + ", \"stored\": " + json(stored) + ", \"password\": "
            + json(password) + ", \"source\": " + json(source) + "}");
    }

    static String json(Object value) {
        if (value instanceof Map) {
            return ((Map<?, ?>) value).entrySet().stream()
                .map(entry -> json(entry.getKey()) + ": " + json(entry.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Number) {
            return value.toString();
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char letter : value.toString().toCharArray()) {
            boolean plain = letter >= ' ' && letter <= '~';
            quoted.append(letter == '"' || letter == '\\' ? "\\" : "");
            quoted.append(plain ? String.valueOf(letter) : String.format("\\u%04x", (int) letter));
        }
        return quoted.append('"').toString();
    }
}
