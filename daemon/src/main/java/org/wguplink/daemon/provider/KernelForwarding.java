package org.wguplink.daemon.provider;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wguplink.core.firewall.FirewallException;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.tunnel.TunnelException;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.core.tunnel.Tunnels;
import org.wguplink.daemon.loop.Failures;
import org.wguplink.daemon.provider.ServedInterface.Ready;
import org.wguplink.linux.ffi.OsException;
import org.wguplink.linux.forwarding.ForwardingCheck;
import org.wguplink.linux.nftables.FilterGeneration;
import org.wguplink.linux.nftables.FilterTrace;
import org.wguplink.linux.nftables.Nftables;
import org.wguplink.linux.sysctl.Sysctl;

/** The test of forwarding on this machine. */
public final class KernelForwarding implements ForwardingTester, AutoCloseable {
    private static final Logger LOG = System.getLogger(KernelForwarding.class.getName());
    private static final String ON = "1";

    private final Tunnels tunnels;
    private final Sysctl sysctl = new Sysctl();
    private final Nftables nftables;
    private final FilterGeneration generation;
    private volatile boolean testing;

    /** @param tunnels makes the interface of the consumer that asks */
    public KernelForwarding(Tunnels tunnels) throws FirewallException, OsException {
        this.tunnels = tunnels;
        generation = new FilterGeneration();
        nftables = new Nftables();
        FilterTrace.removeLeftOver(nftables);
    }

    /** What the kernel asks: for IPv4 the switch of the device where a packet comes in, for IPv6 the one of all. */
    @Override
    public Map<Family, String> plainly(String served, Line line) {
        var off = new EnumMap<Family, String>(Family.class);
        if (line.families().contains(Family.IPV4))
            for (String device : new String[] {served, line.device()})
                if (isOff(Sysctl.ofDevice("net/ipv4/conf", device, "forwarding")))
                    off.put(
                            Family.IPV4,
                            isOff("net.ipv4.ip_forward")
                                    ? "IPv4 forwarding is off: sysctl -w net.ipv4.ip_forward=1"
                                    : "IPv4 forwarding is off: sysctl -w net.ipv4.conf.%s.forwarding=1"
                                            .formatted(device.replace('.', '/')));
        if (line.families().contains(Family.IPV6) && isOff("net.ipv6.conf.all.forwarding"))
            off.put(Family.IPV6, "IPv6 forwarding is off: sysctl -w net.ipv6.conf.all.forwarding=1");
        return off;
    }

    /** A parameter that is not there, because its device has just gone, is not off. */
    private boolean isOff(String key) {
        try {
            return sysctl.read(key).filter(v -> !v.equals(ON)).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Map<Family, Finding> test(Nobody nobody, Ready served, Line line) throws Exception {
        // consumers are kept from all that is not of the internet, and so is the test
        List<InetAddress> targets =
                line.targets().stream().filter(Addresses::isPublic).toList();
        Set<InetAddress> sources = new HashSet<>();
        for (Family family : line.families()) {
            boolean plainlyOff = plainly(TunnelName.SERVED, line).containsKey(family);
            boolean asked = targets.stream().anyMatch(t -> Family.of(t) == family);
            if (!plainlyOff && asked)
                sources.add(
                        family == Family.IPV4
                                ? nobody.addresses().consumer4()
                                : nobody.addresses().consumer6());
        }
        if (sources.isEmpty()) return Map.of();
        var findings = new EnumMap<Family, Finding>(Family.class);
        var service = new ForwardingCheck.Service(TunnelName.SERVED, served.key(), served.listenPort(), line.device());
        testing = true;
        try {
            new ForwardingCheck(nftables, tunnels, service, sources, targets)
                    .run(TunnelName.TEST, nobody.secret())
                    .forEach((family, blocker) ->
                            findings.put(family, new Finding(blocker.toString(), blocker.certain())));
        } finally {
            testing = false;
        }
        return findings;
    }

    @Override
    public int filterGeneration() {
        return generation.ofOthers();
    }

    /** What a test that is going on has made goes with it. */
    @Override
    public void close() {
        if (testing) {
            try {
                tunnels.remove(TunnelName.TEST);
                FilterTrace.removeLeftOver(nftables);
            } catch (TunnelException | FirewallException e) {
                LOG.log(Level.WARNING, "{0} is left to the next start: {1}", TunnelName.TEST, Failures.text(e));
            }
        }
        generation.close();
        nftables.close();
    }
}
