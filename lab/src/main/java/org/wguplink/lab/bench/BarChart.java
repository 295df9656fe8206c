package org.wguplink.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Horizontal bars in groups, as SVG: a bar is a median, the line in it goes from the least to the most of the runs. One
 * without a value, which never came, goes to the edge and is hollow.
 *
 * @param logarithmic whether the axis is; then it begins at 1, and less is drawn as 1
 * @param most the end of the axis
 */
record BarChart(String title, boolean logarithmic, double most, List<Group> groups) {
    /** @param label above its bars; none when empty */
    record Group(String label, List<Bar> bars) {}

    /** @param text beside the bar */
    record Bar(String label, Optional<Extent> value, String text) {}

    record Extent(double min, double median, double max) {}

    private static final int WIDTH = 760;
    private static final int LEFT = 110;
    private static final int RIGHT = 590;
    private static final int TOP = 44;
    private static final int BAR = 15;
    private static final int PITCH = 20;
    private static final int GAP = 26;
    private static final List<String> COLOURS = List.of("#2563eb", "#b45309", "#15803d", "#9333ea", "#6b7280");

    String svg() {
        List<String> parts = new ArrayList<>();
        List<String> labels = groups.stream()
                .flatMap(g -> g.bars().stream())
                .map(Bar::label)
                .distinct()
                .toList();
        int y = TOP;
        for (Group group : groups) {
            if (!group.label().isEmpty()) {
                parts.add("<text x='12' y='%d' font-weight='bold'>%s</text>".formatted(y + 12, escape(group.label())));
                y += PITCH;
            }
            for (Bar bar : group.bars()) {
                draw(bar, y, COLOURS.get(labels.indexOf(bar.label()) % COLOURS.size()), parts);
                y += PITCH;
            }
            y += GAP - PITCH;
        }
        int bottom = y;
        String grid = ticks().stream()
                .map(tick -> """
                        <line x1='%1$.1f' y1='%2$d' x2='%1$.1f' y2='%3$d' stroke='#e5e7eb'/>
                        <text x='%1$.1f' y='%4$d' text-anchor='middle' fill='#6b7280'>%5$s</text>
                        """.formatted(at(tick), TOP - 6, bottom, bottom + 16, number(tick)))
                .collect(Collectors.joining());
        return """
                <svg xmlns='http://www.w3.org/2000/svg' width='%1$d' height='%2$d' viewBox='0 0 %1$d %2$d' \
                font-family='sans-serif' font-size='12' fill='#111827'>
                <rect width='%1$d' height='%2$d' fill='#ffffff'/>
                <text x='12' y='22' font-size='15' font-weight='bold'>%3$s</text>
                %4$s%5$s
                </svg>
                """.formatted(WIDTH, bottom + 28, escape(title), grid, String.join("\n", parts));
    }

    private void draw(Bar bar, int y, String colour, List<String> parts) {
        double end = bar.value().map(extent -> at(extent.median())).orElse((double) RIGHT);
        String fill = bar.value().isPresent() ? colour : "none' stroke-dasharray='4 3";
        parts.add("<text x='%d' y='%d' text-anchor='end'>%s</text>".formatted(LEFT - 8, y + 12, escape(bar.label())));
        parts.add("<rect x='%d' y='%d' width='%.1f' height='%d' stroke='%s' fill='%s'/>"
                .formatted(LEFT, y, Math.max(1, end - LEFT), BAR, colour, fill));
        bar.value()
                .filter(extent -> extent.max() > extent.min())
                .ifPresent(extent ->
                        parts.add("<line x1='%.1f' y1='%3$d' x2='%.1f' y2='%3$d' stroke='#111827' stroke-width='2'/>"
                                .formatted(at(extent.min()), at(extent.max()), y + BAR / 2)));
        double edge = Math.max(end, bar.value().map(extent -> at(extent.max())).orElse(end));
        parts.add("<text x='%.1f' y='%d'>%s</text>".formatted(edge + 6, y + 12, escape(bar.text())));
    }

    private double at(double value) {
        double part = logarithmic ? Math.log(Math.max(1, value)) / Math.log(most) : value / most;
        return LEFT + Math.min(1, part) * (RIGHT - LEFT);
    }

    private List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) for (double tick = 1; tick <= most; tick *= 10) ticks.add(tick);
        else for (int part = 0; part <= 4; part++) ticks.add(most * part / 4);
        return ticks;
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.2f", value).replaceFirst("0$", "");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
