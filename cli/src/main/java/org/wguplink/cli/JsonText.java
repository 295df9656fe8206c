package org.wguplink.cli;

/** The little JSON that wgctl writes itself; a codec would cost more than the rest of such a command. */
final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    static String error(int code, String message) {
        return "{\"error\":{\"code\":" + code + ",\"message\":" + quote(message) + "}}";
    }

    /** A JSON string, quotes included. */
    static String quote(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') json.append('\\').append(c);
            else if (c == '\n') json.append("\\n");
            else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) escape(c, json);
            else json.append(c);
        }
        return json.append('"').toString();
    }

    private static void escape(char c, StringBuilder json) {
        json.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) json.append(HEX.charAt((c >> shift) & 15));
    }
}
