package org.wguplink.lab.bench;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.wguplink.lab.Usage;

/** Something that can be measured. */
interface Topic {
    String name();

    /** Options and what is measured, a line each. */
    String help();

    /** Those of its options that take no value. */
    default Set<String> flags() {
        return Set.of();
    }

    /** Measures; {@code report} gets a line now and then. */
    Outcome measure(Options options, Progress report) throws IOException;

    /**
     * @param json one line, without its end
     * @param table the same for a person: lines, each with its end
     */
    record Outcome(String json, String table) {}

    /** Says how far it is, on standard error. */
    @FunctionalInterface
    interface Progress {
        void say(String line);
    }

    /** The options of a topic by name, without the dashes. */
    record Options(String topic, Map<String, String> values) {
        public Options {
            values = Map.copyOf(values);
        }

        int number(String name, int otherwise, int most) {
            String text = values.get(name);
            if (text == null) return otherwise;
            if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most)
                throw new Usage("bench %s: --%s: found '%s'; expected an integer from 1 to %d"
                        .formatted(topic, name, text, most));
            return Integer.parseInt(text);
        }

        boolean flag(String name) {
            return values.containsKey(name);
        }

        String word(String name, String otherwise) {
            return values.getOrDefault(name, otherwise);
        }
    }
}
