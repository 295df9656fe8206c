package org.wguplink.daemon.provider;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.provider.ServedInterface.Ready;
import org.wguplink.linux.wireguard.WireGuardKeys;

/** Finds what it is told to find. Safe for several threads. */
final class FakeForwarding implements ForwardingTester {
    static final Line LINE = new Line("wan", Set.of(Family.IPV4, Family.IPV6), List.of(Addresses.parse("192.0.2.9")));
    static final Line OTHER_LINE = new Line("wan2", Set.of(Family.IPV4), List.of(Addresses.parse("192.0.2.9")));

    private final Map<Family, Finding> findings = new ConcurrentHashMap<>();
    private final Map<Family, String> off = new ConcurrentHashMap<>();
    private final AtomicInteger generation = new AtomicInteger();
    private final AtomicInteger tests = new AtomicInteger();
    private final List<WireGuardKey> admitted = new CopyOnWriteArrayList<>();
    private final FakeTunnels tunnels;

    FakeForwarding(FakeTunnels tunnels) {
        this.tunnels = tunnels;
    }

    void blocks(Family family, String why, boolean certain) {
        findings.put(family, new Finding(why, certain));
    }

    void switchedOff(Family... families) {
        for (Family family : families) off.put(family, "off");
    }

    void opens() {
        findings.clear();
    }

    void filterChanges() {
        generation.incrementAndGet();
    }

    /** Of each test the key of the consumer with the test's addresses. */
    List<WireGuardKey> admitted() {
        return admitted;
    }

    int tests() {
        return tests.get();
    }

    @Override
    public Map<Family, String> plainly(String served, Line line) {
        return Map.copyOf(off);
    }

    @Override
    public Map<Family, Finding> test(Nobody nobody, Ready served, Line line) {
        var key = WireGuardKeys.publicKey(nobody.secret());
        var addresses = Set.of(
                InetNetwork.host(nobody.addresses().consumer4()),
                InetNetwork.host(nobody.addresses().consumer6()));
        tunnels.made(TunnelName.SERVED).peers().stream()
                .filter(p -> p.publicKey().equals(key) && p.allowedIps().equals(addresses))
                .forEach(p -> admitted.add(key));
        tests.incrementAndGet();
        return Map.copyOf(findings);
    }

    @Override
    public int filterGeneration() {
        return generation.get();
    }
}
