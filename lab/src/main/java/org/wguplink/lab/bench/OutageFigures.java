package org.wguplink.lab.bench;

import io.avaje.jsonb.Json;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wguplink.lab.scenario.Rescue;

/**
 * All runs of one fault.
 *
 * @param outageMs longest silence at a LAN host that sends every 2 ms; for f4, f8 and f9 the sum of all that are longer
 *     than 50 ms; null when it never ended in one of the runs
 * @param failbackLost packets of the established flow lost from the healing until 3 s after new flows are back; the worst
 *     run; null when new flows never came back in one of them, or this is not measured
 * @param failbackStayed whether that flow kept its exit all the while in every run; null as above
 * @param freshBackMs from the healing until new flows use the first exit for good; the median
 * @param freshMs from the fault until the first page came that was asked for since, over a new connection; the median;
 *     null when none came in one of the runs
 * @param dnsOk which part of the queries for names got an address, asked of the ISP's resolver, which is what the node gives
 *     its LAN, from a second after the fault until a second before it was mended; the worst run
 * @param httpOk which part of the pages asked for came, in the same time; the worst run
 * @param switches how often the active path changed during the fault; the worst run
 * @param leaked packets where they should not be; all runs together
 * @param verdictToKernelUs microseconds from each verdict until its routes were in the kernel, as the daemon records them;
 *     null without a switch
 * @param exits nodes whose WANs were used first and last; the commonest pair
 * @param tcpResetMs from the first packet that came back by the new exit to the reset of three TCP clients; null when one
 *     of them hung, or nothing was switched
 */
@Json(naming = Json.Naming.LowerUnderscore)
record OutageFigures(
        @Nullable Extent outageMs,
        @Nullable Long failbackLost,
        @Nullable Boolean failbackStayed,
        @Nullable Long freshBackMs,
        @Nullable Long freshMs,
        @Nullable Double dnsOk,
        @Nullable Double httpOk,
        int switches,
        long leaked,
        @Nullable Quickness verdictToKernelUs,
        String exits,
        @Nullable Extent tcpResetMs) {

    /** The ends and the middle of several measurements. */
    @Json
    record Extent(long min, double median, long max) {
        static Extent of(List<Duration> times) {
            Spread spread = Spread.of(times.stream().map(Duration::toMillis).toList());
            return new Extent(spread.min(), spread.median(), spread.max());
        }
    }

    /**
     * How quickly verdicts were carried out.
     *
     * @param p99 the smallest that 99 of 100 do not exceed; with fewer than 100 the largest
     */
    @Json
    record Quickness(int switches, long min, double median, long p99, long max) {
        /** Of all switches of these runs in microseconds; null without any. */
        static @Nullable Quickness of(Collection<OutageRun.Result> runs) {
            List<Long> times = runs.stream()
                    .flatMap(run -> run.verdictToKernel().stream())
                    .map(time -> time.toNanos() / 1000)
                    .sorted()
                    .toList();
            if (times.isEmpty()) return null;
            Spread spread = Spread.of(times);
            long p99 = times.get(Math.ceilDiv(99 * times.size(), 100) - 1);
            return new Quickness(times.size(), spread.min(), spread.median(), p99, spread.max());
        }

        @Override
        public String toString() {
            return "%d switches, %d us at least, %.0f in the middle, p99 %d, %d at most"
                    .formatted(switches, min, median, p99, max);
        }
    }

    static OutageFigures of(List<OutageRun.Result> runs) {
        List<Duration> outages =
                runs.stream().flatMap(run -> run.outage().stream()).toList();
        List<Rescue.Failback> backs =
                runs.stream().flatMap(run -> run.back().stream()).toList();
        boolean allBack = backs.size() == runs.size();
        List<Duration> fresh =
                runs.stream().flatMap(run -> run.fresh().stream()).toList();
        return new OutageFigures(
                outages.size() == runs.size() ? Extent.of(outages) : null,
                allBack
                        ? backs.stream()
                                .mapToLong(Rescue.Failback::pinnedLost)
                                .max()
                                .orElseThrow()
                        : null,
                allBack ? backs.stream().allMatch(Rescue.Failback::pinnedStayed) : null,
                allBack
                        ? Math.round(Extent.of(backs.stream()
                                        .map(Rescue.Failback::freshBack)
                                        .toList())
                                .median())
                        : null,
                fresh.size() == runs.size() ? Math.round(Extent.of(fresh).median()) : null,
                worst(runs, OutageRun.Result::dnsOk),
                worst(runs, OutageRun.Result::httpOk),
                runs.stream().mapToInt(OutageRun.Result::switches).max().orElseThrow(),
                runs.stream()
                        .flatMap(run -> run.leaked().values().stream())
                        .mapToLong(Long::longValue)
                        .sum(),
                Quickness.of(runs),
                commonest(runs.stream().map(OutageRun.Result::exits).toList()),
                tcpResets(runs));
    }

    /** To a thousandth. */
    private static @Nullable Double worst(
            List<OutageRun.Result> runs, Function<OutageRun.Result, OptionalDouble> part) {
        OptionalDouble worst =
                runs.stream().flatMapToDouble(run -> part.apply(run).stream()).min();
        return worst.isPresent() ? Math.round(worst.getAsDouble() * 1000) / 1000.0 : null;
    }

    private static @Nullable Extent tcpResets(List<OutageRun.Result> runs) {
        var clients =
                runs.stream().flatMap(run -> run.tcpResets().values().stream()).toList();
        List<Duration> resets =
                clients.stream().flatMap(java.util.Optional::stream).toList();
        return resets.isEmpty() || resets.size() < clients.size() ? null : Extent.of(resets);
    }

    private static String commonest(List<String> words) {
        return words.stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .orElseThrow()
                .getKey();
    }
}
