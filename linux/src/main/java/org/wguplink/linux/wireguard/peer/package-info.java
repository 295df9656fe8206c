/**
 * A WireGuard peer within this process, without an interface: packets go in and out as bytes. It exists to test an
 * interface of our own as a stranger would find it, at the price of a socket.
 *
 * <p>Source of the protocol: Jason A. Donenfeld, "WireGuard: Next Generation Kernel Network Tunnel" (2020), section 5.4;
 * of the hash: RFC 7693.
 */
@NullMarked
package org.wguplink.linux.wireguard.peer;

import org.jspecify.annotations.NullMarked;
