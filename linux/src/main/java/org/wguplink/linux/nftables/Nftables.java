package org.wguplink.linux.nftables;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.wguplink.core.firewall.Firewall;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.firewall.FirewallPlan;
import org.wguplink.core.firewall.FirewallPlan.Policed;
import org.wguplink.core.firewall.Shares;
import org.wguplink.core.net.Family;
import org.wguplink.linux.ffi.OsException;

/**
 * Our table in the kernel's packet filter, by libnftables (nftables/libnftables.h): one transaction a change, without a
 * process. It remembers what it applied; {@link #forget()} when somebody flushed the rules. What an earlier run applied is known by its stamp.
 * Thread-safe.
 */
public final class Nftables implements Firewall, AutoCloseable {
    private static final String LIBRARY = "libnftables.so.1";
    private static final int NFT_CTX_DEFAULT = 0;
    private static final int NFT_CTX_OUTPUT_HANDLE = 1 << 3;

    /** The kernel counts the transactions of everybody alike. */
    private static final AtomicInteger CHANGES = new AtomicInteger();

    private final Arena arena = Arena.ofShared();
    private final MethodHandle run;
    private final MethodHandle errors;
    private final MethodHandle output;
    private final MethodHandle free;
    private final MethodHandle outputFlags;
    private final MemorySegment context;
    private final MovedDevices set;
    private Optional<FirewallPlan> applied = Optional.empty();
    private Moved moved = new Moved(Set.of(), System.nanoTime());
    /** By which uplinks queries go, and by which those of the kernel do: empty while that is not known. */
    private Map<Family, Integer> queries = Map.of();

    private Optional<Map<Family, Integer>> led = Optional.empty();
    /** How new flows are shared, and how those of the kernel are: empty while that is not known. */
    private Map<Family, Shares> shares = Map.of();

    private Optional<Map<Family, Shares>> shared = Optional.empty();
    private boolean closed;

    /** @throws FirewallException when the library is missing */
    public Nftables() throws FirewallException {
        try {
            set = new MovedDevices();
        } catch (OsException e) {
            throw new FirewallException("nftables is out of reach: " + e.getMessage());
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(LIBRARY, arena);
        } catch (IllegalArgumentException e) {
            arena.close();
            set.close();
            throw new FirewallException(
                    "%s is not installed; on Debian it is in the package libnftables1".formatted(LIBRARY));
        }
        run = function(linker, library, "nft_run_cmd_from_buffer", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        errors = function(linker, library, "nft_ctx_get_error_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS));
        output = function(linker, library, "nft_ctx_get_output_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS));
        outputFlags =
                function(linker, library, "nft_ctx_output_set_flags", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
        free = function(linker, library, "nft_ctx_free", FunctionDescriptor.ofVoid(ADDRESS));
        MethodHandle create = function(linker, library, "nft_ctx_new", FunctionDescriptor.of(ADDRESS, JAVA_INT));
        var buffering = FunctionDescriptor.of(JAVA_INT, ADDRESS);
        MethodHandle bufferErrors = function(linker, library, "nft_ctx_buffer_error", buffering);
        MethodHandle bufferOutput = function(linker, library, "nft_ctx_buffer_output", buffering);
        try {
            context = (MemorySegment) create.invokeExact(NFT_CTX_DEFAULT);
            if (context.equals(MemorySegment.NULL)) throw new FirewallException("nft_ctx_new failed");
            int failed = (int) bufferErrors.invokeExact(context) | (int) bufferOutput.invokeExact(context);
            if (failed != 0) throw new FirewallException("libnftables cannot buffer its output");
        } catch (FirewallException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized void apply(FirewallPlan desired) throws FirewallException {
        if (applied.isPresent() && applied.get().equals(desired)) return;
        String text;
        try {
            text = Ruleset.render(desired);
        } catch (IllegalArgumentException e) {
            throw new FirewallException(String.valueOf(e.getMessage()));
        }
        if (!holds(text)) {
            change(PlanStamp.stamped(text)
                    + moved.text()
                    + QueryRules.led(leading(desired))
                    + BalanceRules.shared(desired, BalanceRules.of(desired, shares)));
            led = Optional.of(queries);
            shared = Optional.of(shares);
        }
        applied = Optional.of(desired);
    }

    /**
     * For the boot: until the first {@link #apply}, what these policies allow no path that is not known to work is refused.
     * A plan that is in force stays. Whether anything is held.
     */
    public synchronized boolean hold(List<Policed> policies) throws FirewallException {
        if (verify() || policies.stream().noneMatch(HoldRules::holds)) return false;
        change(Ruleset.REMOVAL + HoldRules.render(policies));
        return true;
    }

    @Override
    public synchronized void moved(Set<String> devices, Duration during) throws FirewallException {
        moved = new Moved(Set.copyOf(devices), System.nanoTime() + during.toNanos());
        try {
            set.put(moved.devices, during);
        } catch (OsException e) {
            throw new FirewallException("nftables refused our rules: " + e.getMessage());
        }
        CHANGES.incrementAndGet();
    }

    @Override
    public synchronized void resolveBy(Map<Family, Integer> uplinks) throws FirewallException {
        queries = Map.copyOf(uplinks);
        if (led.filter(queries::equals).isPresent()) return;
        change(QueryRules.LEAVE + QueryRules.led(applied.map(this::leading).orElse(queries)));
        led = Optional.of(queries);
    }

    @Override
    public synchronized void shareBy(Map<Family, Shares> next) throws FirewallException {
        shares = Map.copyOf(next);
        if (applied.isEmpty() || shared.filter(shares::equals).isPresent()) return;
        try {
            change(BalanceRules.shared(applied.get(), BalanceRules.of(applied.get(), shares)));
            shared = Optional.of(shares);
        } catch (FirewallException e) {
            // a kernel without hashes must not lose the next plan for it
            shares = Map.of();
            throw e;
        }
    }

    /** By which uplinks of the plan queries are led; none that is not in it, or not yet. */
    private Map<Family, Integer> leading(FirewallPlan plan) {
        var led = new EnumMap<Family, Integer>(Family.class);
        queries.forEach((family, number) -> {
            if (plan.paths().stream().anyMatch(p -> p.uplink() && p.number() == number)) led.put(family, number);
        });
        return led;
    }

    /** What a table that is made anew must still hold. */
    private record Moved(Set<String> devices, long until) {
        String text() {
            Duration left = Duration.ofNanos(until - System.nanoTime());
            return devices.isEmpty() || left.isNegative() ? "" : SessionRules.moved(devices, left);
        }
    }

    /** Whether an earlier run left this very plan: handles and counters stay as they are. */
    private boolean holds(String text) {
        if (applied.isPresent()) return false;
        try {
            return run(Ruleset.QUESTION).contains(Ruleset.ANSWER)
                    && run(Ruleset.LISTING).contains(PlanStamp.of(text));
        } catch (FirewallException e) {
            return false; // not there
        }
    }

    @Override
    public synchronized void remove() throws FirewallException {
        forget();
        change(Ruleset.REMOVAL + FilterTrace.REMOVAL);
    }

    /** Whether our table is there and has its rules: others flush rulesets. If not, the next {@link #apply} makes it. */
    public synchronized boolean verify() {
        try {
            if (run(Ruleset.QUESTION).contains(Ruleset.ANSWER)) return true;
        } catch (FirewallException e) {
            // not there
        }
        forget();
        return false;
    }

    /**
     * A rule of anybody's as nft writes it; where it cannot be found any more, its number.
     *
     * @param table with its family, such as {@code inet fw4}
     */
    public synchronized String ruleText(String table, String chain, int handle) {
        String number = "# handle " + handle;
        try {
            setFlags(NFT_CTX_OUTPUT_HANDLE);
            return run("list chain %s %s%n".formatted(table, chain))
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.endsWith(number))
                    .map(line ->
                            line.substring(0, line.length() - number.length()).strip())
                    .findFirst()
                    .orElse(number.substring(2));
        } catch (FirewallException e) {
            return number.substring(2);
        } finally {
            setFlags(NFT_CTX_DEFAULT);
        }
    }

    private void setFlags(int flags) {
        try {
            outputFlags.invokeExact(context, flags);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Makes the next {@link #apply} look at what the kernel has. */
    public synchronized void forget() {
        applied = Optional.empty();
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        try {
            free.invokeExact(context);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        arena.close();
        set.close();
    }

    /** How many transactions of this process the kernel has taken. */
    static int changes() {
        return CHANGES.get();
    }

    /** One transaction. */
    synchronized void change(String commands) throws FirewallException {
        run(commands);
        if (!commands.isEmpty()) CHANGES.incrementAndGet();
    }

    private synchronized String run(String commands) throws FirewallException {
        if (closed) throw new IllegalStateException("closed");
        try (var call = Arena.ofConfined()) {
            MemorySegment text = call.allocateFrom(commands, StandardCharsets.UTF_8);
            boolean done = (int) run.invokeExact(context, text) == 0;
            // asking for the output is also what empties its buffer
            var printed = (MemorySegment) output.invokeExact(context);
            if (done) return printed.reinterpret(Long.MAX_VALUE).getString(0, StandardCharsets.UTF_8);
            var message = (MemorySegment) errors.invokeExact(context);
            throw new FirewallException("nftables refused our rules: "
                    + message.reinterpret(Long.MAX_VALUE)
                            .getString(0, StandardCharsets.UTF_8)
                            .strip());
        } catch (FirewallException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle function(Linker linker, SymbolLookup library, String name, FunctionDescriptor type) {
        return linker.downcallHandle(library.findOrThrow(name), type);
    }
}
