package org.wguplink.daemon.provider;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.WireGuardSecret;
import org.wguplink.daemon.provider.ServedInterface.Ready;

/** Whether a consumer's packets get through this node: with real packets, and thus some seconds. */
public interface ForwardingTester {
    /**
     * The own line, as far as it is lent.
     *
     * @param targets hosts of the internet, the same that verify the line
     */
    record Line(String device, Set<Family> families, List<InetAddress> targets) {
        public Line {
            families = Set.copyOf(families);
            targets = List.copyOf(targets);
        }
    }

    /**
     * What blocks a family.
     *
     * @param why a sentence
     * @param certain whether the culprit is known; else it may have been a packet that was lost
     */
    record Finding(String why, boolean certain) {}

    /** A consumer that nobody is: its key is for one test, and its addresses are never leased. */
    record Nobody(WireGuardSecret secret, TunnelAddresses addresses) {}

    /**
     * What is plain without a packet, such as a switch of the kernel: by family, as a sentence. Does not block.
     *
     * @param served the interface where consumers come in
     */
    Map<Family, String> plainly(String served, Line line);

    /** Tries it, when {@code nobody} is a peer of the served interface; holds its thread for some seconds. */
    Map<Family, Finding> test(Nobody nobody, Ready served, Line line) throws Exception;

    /** A number that is another one after others have changed the packet filter. Does not block. */
    int filterGeneration();
}
