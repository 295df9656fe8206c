package org.wguplink.openwrt.uci;

import java.util.List;
import java.util.Optional;

/**
 * One section, merged over all the places of the file that name it.
 *
 * @param name empty for an anonymous section
 * @param line of its first {@code config}, 1 for the first line of the file
 * @param options in the order of the file
 */
public record UciSection(String type, Optional<String> name, int line, List<UciOption> options) {
    public UciSection {
        options = List.copyOf(options);
    }

    /** The option's value; of a list its last one, as {@code uci_lookup_option_string} gives none. */
    public Optional<String> option(String option) {
        return find(option).map(found -> found.value().all().getLast());
    }

    /** The values of a list, or of an option as a list of one; empty when there is none. */
    public List<String> list(String option) {
        return find(option).map(found -> found.value().all()).orElse(List.of());
    }

    /** The line that says the option, for messages; the section's own line when nothing says it. */
    public int lineOf(String option) {
        return find(option).map(UciOption::line).orElse(line);
    }

    public Optional<UciOption> find(String option) {
        for (UciOption candidate : options) if (candidate.name().equals(option)) return Optional.of(candidate);
        return Optional.empty();
    }
}
