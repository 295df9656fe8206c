package org.wguplink.openwrt.uci;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.wguplink.openwrt.uci.Statement.Kind;
import org.wguplink.openwrt.uci.Statement.Word;

/**
 * One edit of a text, as replacements of stretches of it. A statement of its own goes with its line; one that shares its
 * line goes alone.
 */
final class Splice {
    private record Change(int start, int end, String with) {}

    private final String text;
    private final List<Statement> statements;
    private final List<Change> changes = new ArrayList<>();

    Splice(String text, List<Statement> statements) {
        this.text = text;
        this.statements = statements;
    }

    static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }

    String result() {
        var result = new StringBuilder();
        int copied = 0;
        changes.sort(Comparator.comparingInt(Change::start));
        for (Change change : changes) {
            if (change.end() <= copied && change.with().isEmpty()) continue;
            result.append(text, copied, Math.max(copied, change.start())).append(change.with());
            copied = Math.max(copied, change.end());
        }
        return result.append(text, copied, text.length()).toString();
    }

    Splice set(int section, String option, String value) {
        List<Statement> said = saying(section, option);
        if (said.isEmpty()) return insert(section, "option", option, value, lastOf(section));
        Statement kept = said.getFirst();
        if (kept.kind() != Kind.OPTION) replace(kept.keyword(), "option");
        Word old = kept.value();
        boolean missing = old.isMissing();
        int at = missing ? kept.name().end() : old.start();
        changes.add(new Change(at, missing ? at : old.end(), (missing ? " " : "") + quoted(value) + silenced(kept)));
        return drop(said.subList(1, said.size())::contains, false);
    }

    Splice unset(int section, String option) {
        return drop(saying(section, option)::contains, false);
    }

    Splice append(int section, String option, String item) {
        List<Statement> said = saying(section, option);
        return insert(section, "list", option, item, said.isEmpty() ? lastOf(section) : said.getLast());
    }

    Splice take(int section, String option, String item) {
        List<Statement> said = saying(section, option);
        int hidden = -1; // statements before the last 'option' are overruled by it: they must not come back
        for (int i = 0; i < said.size(); i++) if (said.get(i).kind() == Kind.OPTION) hidden = i;
        boolean overruling = hidden >= 0 && said.get(hidden).value().text().equals(item);
        var dropped = new ArrayList<Statement>();
        for (int i = 0; i < said.size(); i++)
            if (i < hidden ? overruling : said.get(i).value().text().equals(item)) dropped.add(said.get(i));
        return drop(dropped::contains, false);
    }

    Splice section(String type, String name, Map<String, UciValue> options) {
        var added = new StringBuilder();
        String newline = text.endsWith("\r\n") ? "\r\n" : "\n";
        if (!text.isEmpty() && !text.endsWith("\n")) added.append(newline);
        if (!text.isBlank()) added.append(newline);
        added.append("config ").append(plain(type));
        if (!name.isEmpty()) added.append(' ').append(quoted(name));
        added.append(newline);
        options.forEach((option, value) -> {
            String keyword = value instanceof UciValue.Single ? "option" : "list";
            for (String item : value.all()) added.append(line("\t", keyword, option, item, newline));
        });
        changes.add(new Change(text.length(), text.length(), added.toString()));
        return this;
    }

    Splice remove(int section) {
        return drop(statement -> statement.section() == section, true);
    }

    private Splice drop(Predicate<Statement> dropped, boolean blankBefore) {
        for (int first = 0; first < statements.size(); first++) {
            if (!dropped.test(statements.get(first))) continue;
            int last = first;
            while (last + 1 < statements.size() && dropped.test(statements.get(last + 1))) last++;
            cut(first, last, blankBefore);
            first = last;
        }
        return this;
    }

    /** Removes the statements from {@code first} to {@code last}, which stand together. */
    private void cut(int first, int last, boolean blankBefore) {
        Statement from = statements.get(first);
        Statement to = statements.get(last);
        boolean before = first > 0 && statements.get(first - 1).lineEnd() > from.start();
        boolean after = last + 1 < statements.size() && statements.get(last + 1).start() < to.lineEnd();
        if (after) changes.add(new Change(from.start(), statements.get(last + 1).start(), ""));
        else if (before)
            changes.add(new Change(statements.get(first - 1).end(), to.lineEnd(), newlineBefore(to.lineEnd())));
        else
            changes.add(new Change(
                    blankBefore ? blankLine(from.lineStart(), to.lineEnd()) : from.lineStart(), to.lineEnd(), ""));
    }

    /** Where the blank line before {@code start} begins, when what follows the cut needs none. */
    private int blankLine(int start, int end) {
        int previous = start < 2 ? -1 : text.lastIndexOf('\n', start - 2) + 1;
        boolean blank = previous >= 0 && text.substring(previous, start).isBlank();
        boolean needless = end == text.length() || text.startsWith("\n", end) || text.startsWith("\r\n", end);
        return blank && needless ? previous : start;
    }

    private Splice insert(int section, String keyword, String option, String value, Statement after) {
        int index = statements.indexOf(after);
        if (index + 1 < statements.size() && statements.get(index + 1).start() < after.lineEnd()) {
            int at = statements.get(index + 1).start();
            changes.add(new Change(at, at, keyword + " " + option + " " + quoted(value) + "; "));
            return this;
        }
        String newline = newlineBefore(after.lineEnd());
        String added = line(indent(section), keyword, option, value, newline.isEmpty() ? "\n" : newline);
        changes.add(new Change(after.lineEnd(), after.lineEnd(), newline.isEmpty() ? "\n" + added : added));
        return this;
    }

    private static String line(String indent, String keyword, String option, String value, String newline) {
        return indent + keyword + " " + option + " " + quoted(value) + newline;
    }

    /** A type is written bare where libuci reads it back as it is. */
    private static String plain(String type) {
        return Parser.isName(type, true) ? type : quoted(type);
    }

    /** The newline that ends at {@code offset}, empty when there is none. */
    private String newlineBefore(int offset) {
        if (text.startsWith("\r\n", offset - 2)) return "\r\n";
        return text.startsWith("\n", offset - 1) ? "\n" : "";
    }

    /** Keeps what an unquoted word had silenced behind its ';' silent, now that the word is quoted. */
    private String silenced(Statement kept) {
        boolean live =
                statements.stream().anyMatch(next -> next.start() >= kept.end() && next.start() < kept.lineEnd());
        return text.startsWith(";", kept.end()) && !live ? " #" : "";
    }

    private String indent(int section) {
        Statement last = lastOf(section);
        if (last.kind() == Kind.CONFIG) return "\t";
        String before = text.substring(last.lineStart(), last.start());
        return before.isBlank() ? before : "\t";
    }

    private void replace(Word word, String with) {
        changes.add(new Change(word.start(), word.end(), with));
    }

    private List<Statement> saying(int section, String option) {
        return statements.stream()
                .filter(statement -> statement.section() == section && statement.says(option))
                .toList();
    }

    private Statement lastOf(int section) {
        return statements.stream()
                .filter(statement -> statement.section() == section)
                .reduce((_, later) -> later)
                .orElseThrow();
    }
}
