package org.wguplink.core.lease;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelMtu;

/** A provider's answer to a {@link LeaseRequest}, bound to it by the nonce. */
public sealed interface LeaseAnswer {
    PeerId provider();

    PeerId consumer();

    String nonce();

    /**
     * @param lifetime from the moment of the answer; the consumer renews at half of it
     * @param mtu of the tunnel, 1200 to 1500
     * @param endpoints everywhere the provider may be reached; none: at {@code endpoint} alone
     * @param resolvers who answers queries for names there, best first; none: the provider does not say
     */
    record Grant(
            PeerId provider,
            PeerId consumer,
            String nonce,
            WireGuardKey publicKey,
            Endpoint endpoint,
            TunnelAddresses addresses,
            int mtu,
            Duration lifetime,
            List<TypedEndpoint> endpoints,
            List<InetAddress> resolvers)
            implements LeaseAnswer {
        public Grant {
            if (endpoint.address().isEmpty())
                throw new IllegalArgumentException("endpoint %s is not a literal address".formatted(endpoint));
            if (mtu < TunnelMtu.NARROWEST || mtu > 1500)
                throw new IllegalArgumentException("MTU %d; expected 1200 to 1500".formatted(mtu));
            if (lifetime.toSeconds() < 1 || lifetime.toHours() > 24)
                throw new IllegalArgumentException("lifetime %s; expected 1 s to 24 h".formatted(lifetime));
            endpoints = TypedEndpoint.bounded(endpoints);
            resolvers = Resolvers.bounded(resolvers, addresses);
        }

        /** A grant of a provider with one endpoint, which names no resolver. */
        public Grant(
                PeerId provider,
                PeerId consumer,
                String nonce,
                WireGuardKey publicKey,
                Endpoint endpoint,
                TunnelAddresses addresses,
                int mtu,
                Duration lifetime) {
            this(provider, consumer, nonce, publicKey, endpoint, addresses, mtu, lifetime, List.of(), List.of());
        }

        /** Everywhere the provider may be reached, as it says. */
        public List<TypedEndpoint> reachedAt() {
            return TypedEndpoint.orElse(endpoints, endpoint);
        }
    }

    /** @param reason at most 200 characters */
    record Refusal(PeerId provider, PeerId consumer, String nonce, String reason) implements LeaseAnswer {
        public Refusal {
            if (reason.length() > 200) throw new IllegalArgumentException("a reason has at most 200 characters");
        }
    }
}
