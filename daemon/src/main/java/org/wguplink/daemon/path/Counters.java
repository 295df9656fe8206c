package org.wguplink.daemon.path;

import org.wguplink.core.net.Family;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.nftables.TrafficCounters;

/** What the flows of each path have sent, and what has come back to them, in packets. */
public interface Counters extends AutoCloseable {
    /** Takes in the numbers as they are now. */
    void read() throws OsException;

    long sent(int path, Family family);

    long answered(int path, Family family);

    @Override
    void close();

    /** Those of the packet filter. */
    static Counters ofKernel() throws OsException {
        var counters = new TrafficCounters();
        return new Counters() {
            @Override
            public void read() throws OsException {
                counters.read();
            }

            @Override
            public long sent(int path, Family family) {
                return counters.sent(path, family);
            }

            @Override
            public long answered(int path, Family family) {
                return counters.answered(path, family);
            }

            @Override
            public void close() {
                counters.close();
            }
        };
    }
}
