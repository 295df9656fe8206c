package org.wguplink.mesh.gossip.scalecube;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Answers for this host's own name, if nothing else does, with loopback; all other names go to the system. ScaleCube asks
 * for {@link InetAddress#getLocalHost()} when it starts, without need, and fails when {@code /etc/hosts} does not know
 * the host: on a router that boots while its internet is down that would cost us the mesh when it is wanted most. (What
 * nss-myhostname does, where it is installed.)
 */
public final class OwnName extends InetAddressResolverProvider {
    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Resolver(configuration);
    }

    @Override
    public String name() {
        return "the system, and this host's own name";
    }

    private record Resolver(Configuration configuration) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            try {
                return configuration.builtinResolver().lookupByName(host, policy);
            } catch (UnknownHostException e) {
                if (!host.equals(configuration.lookupLocalHostName())) throw e;
                return Stream.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}));
            }
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return configuration.builtinResolver().lookupByAddress(address);
        }
    }
}
