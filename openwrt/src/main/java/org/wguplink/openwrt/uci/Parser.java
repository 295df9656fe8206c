package org.wguplink.openwrt.uci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wguplink.openwrt.uci.Statement.Kind;
import org.wguplink.openwrt.uci.Statement.Word;

/** Reads statements and merges them into sections, as {@code uci_parse_line} and {@code uci_set} do. */
final class Parser {
    /** A section while it is read. */
    private record Draft(String type, String name, int line, Map<String, UciOption> options) {
        UciSection section() {
            return new UciSection(
                    type, name.isEmpty() ? Optional.empty() : Optional.of(name), line, List.copyOf(options.values()));
        }
    }

    private final Scanner scanner;
    private final List<Statement> statements = new ArrayList<>();
    private final List<Draft> drafts = new ArrayList<>();
    private int current = -1;

    Parser(String file, String text) throws UciException {
        scanner = new Scanner(file, text);
        while (scanner.nextLine()) line();
    }

    List<Statement> statements() {
        return List.copyOf(statements);
    }

    List<UciSection> sections() {
        return drafts.stream().map(Draft::section).toList();
    }

    private void line() throws UciException {
        int first = statements.size();
        for (Word word = scanner.keyword();
                !word.text().isEmpty() && !word.text().startsWith("#");
                word = scanner.keyword()) {
            switch (word.text()) {
                case "p", "package" -> packageLine();
                case "c", "config" -> config(word);
                case "o", "option" -> option(word, Kind.OPTION);
                case "l", "list" -> option(word, Kind.LIST);
                default -> throw scanner.error(quote(word.text()), "config, option, list, a comment or a blank line");
            }
        }
        // a word may have drawn in further lines after the statement was noted
        for (int i = first; i < statements.size(); i++) statements.set(i, onLine(statements.get(i)));
    }

    private void packageLine() throws UciException {
        Word name = required("the package's name");
        if (!isName(name.text(), true))
            throw scanner.error(quote(name.text()), "a package name of letters, digits, '_' and '-'");
        endOfCommand();
    }

    private void config(Word keyword) throws UciException {
        Word type = required("the section's type");
        if (!isType(type.text()))
            throw scanner.error("the section type " + quote(type.text()), "visible ASCII without blanks");
        Word name = scanner.argument();
        if (!name.text().isEmpty() && !isName(name.text(), false))
            throw scanner.error("the section name " + quote(name.text()), "only letters, digits and '_'");
        endOfCommand();
        current = section(type.text(), name.text());
        note(Kind.CONFIG, keyword, name, type);
    }

    private int section(String type, String name) throws UciException {
        for (int i = 0; i < drafts.size() && !name.isEmpty(); i++) {
            Draft draft = drafts.get(i);
            if (!draft.name.equals(name)) continue;
            if (!draft.type.equals(type))
                throw scanner.error(
                        "section '%s' of type '%s'".formatted(name, type),
                        "type '%s' as in line %d".formatted(draft.type, draft.line));
            return i;
        }
        drafts.add(new Draft(type, name, scanner.line(), new LinkedHashMap<>()));
        return drafts.size() - 1;
    }

    private void option(Word keyword, Kind kind) throws UciException {
        if (current < 0) throw scanner.error(quote(keyword.text()) + " before any section", "a config line first");
        Word name = required("the option's name");
        if (!isName(name.text(), false))
            throw scanner.error("the option name " + quote(name.text()), "only letters, digits and '_'");
        Word value = scanner.argument();
        endOfCommand();
        note(kind, keyword, name, value);
        Map<String, UciOption> options = drafts.get(current).options;
        UciOption before = options.get(name.text());
        if (kind == Kind.OPTION && value.text().isEmpty()) options.remove(name.text());
        else options.put(name.text(), new UciOption(name.text(), merged(before, kind, value.text()), scanner.line()));
    }

    private static UciValue merged(@Nullable UciOption before, Kind kind, String value) {
        if (kind == Kind.OPTION) return new UciValue.Single(value);
        var values = new ArrayList<String>(
                before == null ? List.of() : before.value().all());
        values.add(value);
        return new UciValue.Listing(values);
    }

    private void note(Kind kind, Word keyword, Word name, Word value) {
        statements.add(new Statement(
                kind, current, keyword, name, value, scanner.line(), scanner.lineStart(), scanner.lineEnd()));
    }

    private Statement onLine(Statement s) {
        return new Statement(
                s.kind(), s.section(), s.keyword(), s.name(), s.value(), s.line(), s.lineStart(), scanner.lineEnd());
    }

    private Word required(String what) throws UciException {
        Word word = scanner.argument();
        if (word.text().isEmpty()) throw scanner.error("nothing", what);
        return word;
    }

    private void endOfCommand() throws UciException {
        Word more = scanner.argument();
        if (!more.text().isEmpty())
            throw scanner.errorAt(more.start(), "one word too many, " + quote(more.text()), "the line's end");
    }

    static boolean isName(String text, boolean hyphens) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
            if (!plain && !(hyphens && c == '-')) return false;
        }
        return !text.isEmpty();
    }

    static boolean isType(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    private static String quote(String found) {
        String word = found.strip();
        return "'" + (word.length() > 60 ? word.substring(0, 60) + "..." : word) + "'";
    }
}
