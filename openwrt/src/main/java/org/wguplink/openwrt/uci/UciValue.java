package org.wguplink.openwrt.uci;

import java.util.List;

/** What an option holds: one value ({@code option}) or several ({@code list}). */
public sealed interface UciValue {
    /** @param value never empty: libuci drops an empty value */
    record Single(String value) implements UciValue {
        public Single {
            if (value.isEmpty()) throw new IllegalArgumentException("an empty value; libuci drops those");
        }
    }

    /** @param values in the order of the file, at least one */
    record Listing(List<String> values) implements UciValue {
        public Listing {
            values = List.copyOf(values);
            if (values.isEmpty()) throw new IllegalArgumentException("a list without values");
        }
    }

    static UciValue of(String value) {
        return new Single(value);
    }

    static UciValue list(String... values) {
        return new Listing(List.of(values));
    }

    /** The values, one or several. */
    default List<String> all() {
        return switch (this) {
            case Single single -> List.of(single.value());
            case Listing listing -> listing.values();
        };
    }
}
