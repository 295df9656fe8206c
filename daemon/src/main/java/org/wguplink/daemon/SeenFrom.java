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

    /** Is told when it begins or ends to be so. */
    interface Listener {
        void behindNat(boolean natted);
    }

    private final Listener listener;
    private NetworkSnapshot network = NetworkSnapshot.EMPTY;
    /** Of each node that let us in, whether it saw us at an address that was not ours. */
    private final Map<PeerId, Boolean> elsewhere = new TreeMap<>();

    private boolean behindNat;

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
        elsewhere.put(by, !network.isOwn(address));
        boolean natted = elsewhere.containsValue(true);
        if (natted == behindNat) return;
        behindNat = natted;
        LOG.log(
                Level.INFO,
                natted ? "behind NAT: {0} sees this node at {1}" : "no longer behind NAT: {0} sees this node at {1}",
                by,
                address.getHostAddress());
        listener.behindNat(natted);
    }
}
