package org.wguplink.linux.sysctl;

import java.io.IOException;
import java.util.Optional;

/**
 * The kernel's reverse-path filter of IPv4 (RFC 3704; rp_filter in the kernel's ip-sysctl.rst). A strict one drops what
 * comes in by a device by which the main route does not lead back: answers to probes of a path that is not in use, and
 * replies to flows that stay on a path. Of {@code all} and the device's own value the larger counts.
 */
public final class ReversePathFilter {
    /** Dropped unless the best way back is the device where it came in. */
    public static final int STRICT = 1;

    /** Dropped unless there is some way back. */
    public static final int LOOSE = 2;

    private static final String DIRECTORY = "net/ipv4/conf";
    private static final String PARAMETER = "rp_filter";

    private final Sysctl sysctl;

    public ReversePathFilter(Sysctl sysctl) {
        this.sysctl = sysctl;
    }

    /** Of the device alone; empty when there is no such device. */
    public Optional<Integer> value(String device) throws IOException {
        return read(device);
    }

    /** Whether the kernel filters strictly there, by the device's value or that of all. */
    public boolean isStrict(String device) throws IOException {
        Optional<Integer> own = read(device);
        return own.isPresent() && Math.max(own.get(), read("all").orElse(0)) == STRICT;
    }

    public void set(String device, int value) throws IOException {
        sysctl.write(Sysctl.ofDevice(DIRECTORY, device, PARAMETER), Integer.toString(value));
    }

    private Optional<Integer> read(String device) throws IOException {
        return sysctl.read(Sysctl.ofDevice(DIRECTORY, device, PARAMETER)).map(Integer::valueOf);
    }
}
