package org.wguplink.core.lease;

import java.net.InetAddress;

/** The addresses of one lease: the consumer's /32 and /128, and the provider's own two in the same networks. */
public record TunnelAddresses(
        InetAddress consumer4, InetAddress consumer6, InetAddress provider4, InetAddress provider6) {}
