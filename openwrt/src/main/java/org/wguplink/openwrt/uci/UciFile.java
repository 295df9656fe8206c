package org.wguplink.openwrt.uci;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One configuration file. A section is named by its name, or as {@code @type[index]} (counted over the sections of the
 * type, from 0, as {@code uci} does; a negative index counts from the end).
 *
 * <p>The edits return a new file and throw {@link IllegalArgumentException} for a section that does not exist or a name
 * that libuci would refuse. An edit that changes nothing returns the same file.
 */
public final class UciFile {
    private final String file;
    private final String text;
    private final List<Statement> statements;
    private final List<UciSection> sections;

    private UciFile(String file, String text) throws UciException {
        this.file = file;
        this.text = text;
        var parser = new Parser(file, text);
        statements = parser.statements();
        sections = parser.sections();
    }

    /**
     * Reads a text as libuci would.
     *
     * @param file its name, for messages
     */
    public static UciFile parse(String file, String text) throws UciException {
        return new UciFile(file, text);
    }

    /** The whole text, ready to be written. */
    public String text() {
        return text;
    }

    /** In the order of the file, each once. */
    public List<UciSection> sections() {
        return sections;
    }

    public Optional<UciSection> section(String name) {
        int index = indexOf(name);
        return index < 0 ? Optional.empty() : Optional.of(sections.get(index));
    }

    public Stream<UciSection> ofType(String type) {
        return sections.stream().filter(section -> section.type().equals(type));
    }

    /** Sets an option to one value; a list of that name becomes the option. The value is not empty. */
    public UciFile withOption(String section, String option, String value) {
        requireName(option);
        UciValue wanted = UciValue.of(requireText(value));
        int index = existing(section);
        if (sections.get(index).find(option).map(UciOption::value).equals(Optional.of(wanted))) return this;
        return edited(splice -> splice.set(index, option, value));
    }

    /** Unsets an option or a whole list. */
    public UciFile withoutOption(String section, String option) {
        int index = existing(section);
        return edited(splice -> splice.unset(index, option));
    }

    /** Appends an item to a list, unless it is in it; a single option becomes a list of both. */
    public UciFile withListItem(String section, String option, String item) {
        requireName(option);
        requireText(item);
        int index = existing(section);
        Optional<UciValue> held = sections.get(index).find(option).map(UciOption::value);
        if (held.isPresent() && held.get().all().contains(item)) return this;
        return edited(splice -> splice.append(index, option, item));
    }

    /** Takes an item out of a list, wherever it stands in it. */
    public UciFile withoutListItem(String section, String option, String item) {
        int index = existing(section);
        if (!sections.get(index).list(option).contains(item)) return this;
        return edited(splice -> splice.take(index, option, item));
    }

    /** Appends a named section at the end of the file; the name must be free. */
    public UciFile withSection(String type, String name, Map<String, UciValue> options) {
        requireName(name);
        if (section(name).isPresent())
            throw new IllegalArgumentException("%s: there is a section '%s' already".formatted(file, name));
        return appended(type, name, options);
    }

    /** Appends an anonymous section at the end of the file. */
    public UciFile withAnonymousSection(String type, Map<String, UciValue> options) {
        return appended(type, "", options);
    }

    /** Removes a section, everywhere it is said, and a blank line that parted it from the one before. */
    public UciFile withoutSection(String section) {
        int index = indexOf(section);
        return index < 0 ? this : edited(splice -> splice.remove(index));
    }

    private UciFile appended(String type, String name, Map<String, UciValue> options) {
        if (!Parser.isType(type)) throw new IllegalArgumentException("'%s' is not a section type".formatted(type));
        for (var option : options.entrySet()) {
            requireName(option.getKey());
            option.getValue().all().forEach(UciFile::requireText);
        }
        return edited(splice -> splice.section(type, name, options));
    }

    private UciFile edited(UnaryOperator<Splice> edit) {
        String result = edit.apply(new Splice(text, statements)).result();
        if (result.equals(text)) return this;
        try {
            return new UciFile(file, result);
        } catch (UciException e) {
            throw new IllegalStateException("an edit broke the text", e);
        }
    }

    private int existing(String name) {
        int index = indexOf(name);
        if (index < 0) throw new IllegalArgumentException("%s: there is no section '%s'".formatted(file, name));
        return index;
    }

    private int indexOf(String name) {
        if (name.startsWith("@")) return anonymous(name);
        for (int i = 0; i < sections.size(); i++) if (sections.get(i).name().equals(Optional.of(name))) return i;
        return -1;
    }

    private int anonymous(String name) {
        int bracket = name.indexOf('[');
        if (bracket < 0 || !name.matches("@[^\\[]+\\[-?\\d{1,6}]")) return -1;
        String type = name.substring(1, bracket);
        int index = Integer.parseInt(name.substring(bracket + 1, name.length() - 1));
        List<UciSection> candidates = ofType(type).toList();
        int wanted = index < 0 ? candidates.size() + index : index;
        return wanted < 0 || wanted >= candidates.size() ? -1 : sections.indexOf(candidates.get(wanted));
    }

    private static void requireName(String name) {
        if (!Parser.isName(name, false))
            throw new IllegalArgumentException(
                    "'%s' is no name for UCI; expected letters, digits and '_'".formatted(name));
    }

    private static String requireText(String value) {
        if (value.isEmpty() || value.indexOf(Scanner.NONE) >= 0)
            throw new IllegalArgumentException("a UCI value is not empty and has no NUL character");
        return value;
    }
}
