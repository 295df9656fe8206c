package org.wguplink.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network namespace without a name: one platform thread that left the machine's (unshare(2) works on a thread). What is
 * opened by {@link #in} belongs to it, and so do processes started there. It ends with the thread, thus with the JVM at
 * the latest, once its sockets are closed.
 */
public final class NetNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("netns").daemon().factory());
    private final int threadId;

    private NetNamespace() {
        threadId = in(() -> {
            int failed = call("unshare", CLONE_NEWNET);
            assertThat(failed).as("unshare(CLONE_NEWNET)").isZero();
            return call("gettid");
        });
        run("ip", "link", "set", "lo", "up");
    }

    /** Skips the test where namespaces cannot be made. */
    public static NetNamespace create() {
        assumeTrue(
                effectiveUserIsRoot(), "needs root (CAP_NET_ADMIN) to make a network namespace: run the tests as root");
        return new NetNamespace();
    }

    /** Runs in the namespace, and waits. */
    public <T> T in(Callable<T> action) {
        try {
            return thread.submit(action).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) throw error;
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** An action that may fail. */
    public interface Action {
        void run() throws Exception;
    }

    public void inside(Action action) {
        in(() -> {
            action.run();
            return true;
        });
    }

    /** Runs a program in the namespace, which must succeed. Returns its standard output and error. */
    public String run(String... command) {
        return execute(true, command);
    }

    /** Runs a program in the namespace, which may fail. Returns its standard output and error. */
    public String output(String... command) {
        return execute(false, command);
    }

    /** Joins the two by a pair of devices, up, with an address each such as {@code 10.0.0.1/24}. */
    public void join(String device, String address, NetNamespace other, String otherDevice, String otherAddress) {
        run("ip", "link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns", "" + other.threadId);
        configure(device, address);
        other.configure(otherDevice, otherAddress);
    }

    public void address(String device, String address) {
        if (address.contains(":")) run("ip", "address", "add", address, "dev", device, "nodad");
        else run("ip", "address", "add", address, "dev", device);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private String execute(boolean mustSucceed, String... command) {
        return in(() -> {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int result = process.waitFor();
            if (mustSucceed)
                assertThat(result).as(() -> List.of(command) + ": " + output).isZero();
            return output;
        });
    }

    private void configure(String device, String address) {
        // no link-local address: it would come a second later, as an event in the middle of a test
        run("ip", "link", "set", device, "addrgenmode", "none");
        address(device, address);
        run("ip", "link", "set", device, "up");
    }

    private static boolean effectiveUserIsRoot() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int call(String function, Integer... arguments) {
        var linker = Linker.nativeLinker();
        ValueLayout[] types = new ValueLayout[arguments.length];
        Arrays.fill(types, ValueLayout.JAVA_INT);
        var type = FunctionDescriptor.of(ValueLayout.JAVA_INT, types);
        var handle = linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
        try {
            return (int) handle.invokeWithArguments((Object[]) arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
