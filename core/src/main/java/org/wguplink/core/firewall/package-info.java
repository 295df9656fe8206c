/**
 * What the packet filter must do for us, as data; {@code linux} renders it for nftables.
 */
@NullMarked
package org.wguplink.core.firewall;

import org.jspecify.annotations.NullMarked;
