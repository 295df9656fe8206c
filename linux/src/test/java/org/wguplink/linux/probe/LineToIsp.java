package org.wguplink.linux.probe;

import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.wguplink.core.net.Addresses;
import org.wguplink.linux.testing.NetNamespace;

/** A machine with a WAN of both families, and the machine at its other end. */
abstract class LineToIsp {
    static final InetAddress ISP4 = Addresses.parse("198.51.100.1");
    static final InetAddress ISP6 = Addresses.parse("2001:db8:1::1");

    NetNamespace here;
    NetNamespace there;

    @BeforeEach
    void connect() {
        here = NetNamespace.create();
        there = NetNamespace.create();
        here.join("wan", "198.51.100.2/24", there, "isp", "198.51.100.1/24");
        here.address("wan", "2001:db8:1::2/64");
        there.address("isp", "2001:db8:1::1/64");
    }

    @AfterEach
    void tearDown() {
        if (here != null) here.close();
        if (there != null) there.close();
    }
}
