package org.wguplink.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wguplink.lab.Usage;
import org.wguplink.lab.net.Fault;
import org.wguplink.lab.net.Impairment;

/**
 * What happens to the client's internet, by its name on the command line.
 *
 * @param borrowing whether the client uses a provider already, its own WAN being down, and it happens to that provider
 */
record Scenario(String name, boolean borrowing, Trouble trouble) {
    private static final Pattern FORM = Pattern.compile("(f[0-9]+[a-z]?)(?:@(f[123]))?(?::([0-9]{1,6}))?");
    static final String FORMS =
            "f1, f2, f2a, f3, f4:PERCENT, f5, f5@f2, f5@f3, f6, f6k, f8, f9r:KBIT, f9d:MS, f10 to f15, f17";
    private static final int LONGEST_DELAY_MS = 5000;

    /** What is done. */
    sealed interface Trouble {
        /** The path is dead until it is mended. */
        record Dead(Fault fault) implements Trouble {}

        /** The path limps until it is mended. */
        record Limping(Impairment impairment) implements Trouble {}

        /** Part of what it does is dead until it is mended; what is left may be what the traffic needs. */
        record Partly(Fault fault) implements Trouble {}

        /** The path dies and returns, again and again. */
        record Flapping() implements Trouble {}
    }

    /** Whether the path may live on in parts, so that all silences count and not the longest. */
    boolean isPartial() {
        return !(trouble instanceof Trouble.Dead);
    }

    /** For people, in a few words. */
    String meaning() {
        String what = switch (trouble) {
            case Trouble.Dead(var fault) -> meaning(fault);
            case Trouble.Partly(var fault) -> meaning(fault);
            case Trouble.Limping(var impairment) ->
                switch (impairment) {
                    case Impairment.Loss(int percent) -> percent + " % of the packets are lost";
                    case Impairment.Rate rate -> "the WAN is limited to %d kbit/s".formatted(rate.kbitPerSecond());
                    case Impairment.Delay(int millis) -> "%d ms more each way".formatted(millis);
                    case Impairment.Delays _ -> "changing delays";
                    case Impairment.Echoes(int perSecond) -> "%d pings a second pass".formatted(perSecond);
                };
            case Trouble.Flapping() -> "2 s dead and 2 s alive, again and again";
        };
        return borrowing ? "the own WAN is down, and of the provider in use: " + what : what;
    }

    private static String meaning(Fault fault) {
        return switch (fault) {
            case BLACKHOLE -> "the WAN swallows everything";
            case CARRIER -> "the WAN loses its carrier";
            case LINK_DOWN -> "the WAN is set down on the node";
            case UPSTREAM -> "nothing behind the WAN's gateway answers";
            case DNS -> "no name server answers";
            case IPV4 -> "no IPv4";
            case IPV6 -> "no IPv6";
            case PORTAL -> "a captive portal answers for the web";
            case ONE_WAY -> "nothing comes back";
            case RENUMBERED -> "the WAN gets another address";
            case VANISH -> "the node vanishes";
            case NARROW -> "the tunnel's way takes only 1280 bytes";
            case TUNNELS_KILLED -> "its WireGuard is killed";
        };
    }

    /** Whether it is about how long packets take. */
    boolean isDelay() {
        return trouble instanceof Trouble.Limping(Impairment.Delay _);
    }

    /** Whether the path comes and goes. */
    boolean isFlapping() {
        return trouble instanceof Trouble.Flapping;
    }

    /** Reads a list such as {@code f1,f4:30}. */
    static List<Scenario> parseList(String text) {
        List<Scenario> scenarios = new ArrayList<>();
        for (String word : text.split(",", -1)) scenarios.add(parse(word));
        return List.copyOf(scenarios);
    }

    static Scenario parse(String word) {
        Matcher form = FORM.matcher(word);
        if (!form.matches()) throw unknown(word);
        String kind = form.group(2);
        String base = form.group(1);
        if (kind != null && !base.equals("f5")) throw unknown(word);
        return switch (base) {
            case "f1", "f2", "f3" -> plain(word, false, dead(base));
            case "f2a" -> plain(word, false, new Trouble.Dead(Fault.LINK_DOWN));
            case "f4" -> new Scenario(word, false, new Trouble.Limping(new Impairment.Loss(amount(word, form, 99))));
            case "f5" -> plain(word, true, dead(kind == null ? "f1" : kind));
            case "f6" -> plain(word, true, new Trouble.Dead(Fault.VANISH));
            case "f6k" -> plain(word, true, new Trouble.Dead(Fault.TUNNELS_KILLED));
            case "f7" -> throw new Usage("bench: --faults: f7, the way back, is measured with every other fault");
            case "f8" -> plain(word, false, new Trouble.Flapping());
            case "f9r" ->
                new Scenario(word, false, new Trouble.Limping(new Impairment.Rate(amount(word, form, 999_999), 300)));
            case "f9d" ->
                new Scenario(
                        word, false, new Trouble.Limping(new Impairment.Delay(amount(word, form, LONGEST_DELAY_MS))));
            case "f10" -> plain(word, false, new Trouble.Partly(Fault.DNS));
            case "f11" -> plain(word, false, new Trouble.Dead(Fault.IPV4));
            case "f12" -> plain(word, false, new Trouble.Limping(new Impairment.Echoes(1)));
            case "f13" -> plain(word, false, new Trouble.Partly(Fault.RENUMBERED));
            case "f14" -> plain(word, false, new Trouble.Dead(Fault.ONE_WAY));
            case "f15" -> plain(word, false, new Trouble.Limping(new Impairment.Echoes(0)));
            case "f17" -> plain(word, true, new Trouble.Partly(Fault.NARROW));
            default -> throw unknown(word);
        };
    }

    private static Scenario plain(String word, boolean borrowing, Trouble trouble) {
        if (word.contains(":")) throw unknown(word);
        return new Scenario(word, borrowing, trouble);
    }

    private static Trouble dead(String name) {
        return new Trouble.Dead(
                switch (name) {
                    case "f1" -> Fault.BLACKHOLE;
                    case "f2" -> Fault.CARRIER;
                    default -> Fault.UPSTREAM;
                });
    }

    private static int amount(String word, Matcher form, int most) {
        String text = form.group(3);
        if (text == null || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most)
            throw new Usage("bench: --faults: found '%s'; expected %s:N with N from 1 to %d"
                    .formatted(word, form.group(1), most));
        return Integer.parseInt(text);
    }

    private static Usage unknown(String word) {
        return new Usage("bench: --faults: found '%s'; expected a list of %s".formatted(word, FORMS));
    }
}
