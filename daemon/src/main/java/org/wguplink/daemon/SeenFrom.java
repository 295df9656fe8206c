package org.wguplink.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.wguplink.core.network.NetworkSnapshot;
import org.wguplink.core.peer.PeerId;

/**
 * Where other nodes see this one come from, and so whether it is behind NAT. By comparison alone, not by ranges: an
 * address that is not ours is that of a NAT, whatever it looks like. Loop thread only.
 */
final class SeenFrom {
    private static final Logger LOG = System.getLogger(SeenFrom.class.getName());

    /** Is told when it is another than before. */
    interface Listener {
        /** The addresses, not its own, at which others see this node; with any it is behind NAT. */
        void seenAt(Set<InetAddress> elsewhere);
    }

    private final Listener listener;
    private NetworkSnapshot network = NetworkSnapshot.EMPTY;
    /** Of nodes that let us in, at which address they saw us, where that was not ours. */
    private final Map<PeerId, InetAddress> elsewhere = new TreeMap<>();

    private Set<InetAddress> told = Set.of();

    SeenFrom(Listener listener) {
        this.listener = listener;
    }

    /** Takes in this node's own addresses. */
    void observe(NetworkSnapshot snapshot) {
        network = snapshot;
    }

    /** Those who are no longer trusted are not believed either. */
    void retain(Set<PeerId> trusted) {
        elsewhere.keySet().retainAll(trusted);
    }

    void seen(PeerId by, InetAddress address) {
        if (network.isOwn(address)) elsewhere.remove(by);
        else elsewhere.put(by, address);
        Set<InetAddress> now = Set.copyOf(elsewhere.values());
        if (now.equals(told)) return;
        if (now.isEmpty() != told.isEmpty())
            LOG.log(
                    Level.INFO,
                    now.isEmpty()
                            ? "no longer behind NAT: {0} sees this node at {1}"
                            : "behind NAT: {0} sees this node at {1}",
                    by,
                    address.getHostAddress());
        told = now;
        listener.seenAt(now);
    }
}
