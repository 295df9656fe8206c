package org.wguplink.lab.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.lab.inet.InternetServers;
import org.wguplink.lab.inet.IspResolver;
import org.wguplink.lab.inet.PortalServer;

/** All that answers in a lab: the internet's servers, and each ISP's resolver and portal. */
public final class Servers implements AutoCloseable {
    private final InternetServers internet;
    private final List<IspResolver> resolvers = new ArrayList<>();
    private final List<PortalServer> portals = new ArrayList<>();

    private Servers(InternetServers internet) {
        this.internet = internet;
    }

    /** Starts them in a lab whose namespaces and addresses are there. */
    public static Servers start(LabName lab, List<Site> sites) throws IOException {
        var servers = new Servers(InternetServers.start(lab.namespace(Plan.INET), Lab.publicAddresses()));
        for (Site site : sites) {
            servers.portals.add(PortalServer.start(lab.namespace(site.isp())));
            servers.resolvers.add(IspResolver.start(
                    lab.namespace(site.isp()),
                    site.number(),
                    site.resolvers(),
                    List.of(
                            InetNetwork.parse("100.64.%d.0/24".formatted(site.number())),
                            InetNetwork.parse("2001:db8:%d::/64".formatted(site.number())))));
        }
        return servers;
    }

    @Override
    public void close() throws IOException {
        internet.close();
        for (IspResolver resolver : resolvers) resolver.close();
        for (PortalServer portal : portals) portal.close();
    }
}
