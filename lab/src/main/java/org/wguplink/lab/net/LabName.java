package org.wguplink.lab.net;

import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Names one lab on this machine: {@code wgu} and six hex digits. Short, because a unix socket's path below
 * {@link #directory()} has room for 107 bytes (unix(7)).
 */
public record LabName(String value) {
    private static final Pattern FORM = Pattern.compile("wgu[0-9a-f]{6}");

    public LabName {
        if (!FORM.matcher(value).matches())
            throw new IllegalArgumentException(
                    "'%s' is not a lab's name; expected 'wgu' and six hex digits".formatted(value));
    }

    public static LabName random(RandomGenerator random) {
        return new LabName("wgu%06x".formatted(random.nextInt(1 << 24)));
    }

    /** The lab that a namespace belongs to; empty for a namespace that is none of ours. */
    public static Optional<LabName> ofNamespace(String namespace) {
        int dash = namespace.indexOf('-');
        return dash < 0 ? Optional.empty() : parse(namespace.substring(0, dash));
    }

    public static Optional<LabName> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new LabName(text)) : Optional.empty();
    }

    public String namespace(String place) {
        return value + "-" + place;
    }

    public Path directory() {
        return Path.of("/tmp", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
