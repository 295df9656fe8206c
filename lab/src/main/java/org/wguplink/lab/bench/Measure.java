package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A figure from several runs, of which some may have none: what was waited for never came.
 *
 * @param runs how often it was measured
 * @param never in how many of them there was none
 * @param min of the others, as median and max; null without any
 */
@Json
record Measure(
        int runs,
        int never,
        @Nullable Double min,
        @Nullable Double median,
        @Nullable Double max) {
    static Measure of(List<OptionalDouble> runs) {
        double[] values =
                runs.stream().flatMapToDouble(OptionalDouble::stream).sorted().toArray();
        int count = values.length;
        if (count == 0) return new Measure(runs.size(), runs.size(), null, null, null);
        double median = (values[(count - 1) / 2] + values[count / 2]) / 2;
        return new Measure(
                runs.size(),
                runs.size() - count,
                thousandth(values[0]),
                thousandth(median),
                thousandth(values[count - 1]));
    }

    /**
     * Median, and the ends in brackets where they differ.
     *
     * @param without what is said of a run that has none
     */
    String text(int decimals, String without) {
        if (min == null || median == null || max == null) return without;
        String middle = number(median, decimals);
        String ends = min.equals(max) ? "" : " (%s to %s)".formatted(number(min, decimals), number(max, decimals));
        return middle + ends + (never == 0 ? "" : ", %d of %d %s".formatted(never, runs, without));
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static double thousandth(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
