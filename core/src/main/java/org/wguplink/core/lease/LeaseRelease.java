package org.wguplink.core.lease;

import java.time.Instant;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;

/** A consumer gives a lease back. */
public record LeaseRelease(PeerId consumer, PeerId provider, String nonce, Instant issuedAt, WireGuardKey tunnelKey) {}
