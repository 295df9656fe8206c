/** What the kernel says of this node's links, addresses and main routing table: values, read by {@code linux}. */
@NullMarked
package org.wguplink.core.network;

import org.jspecify.annotations.NullMarked;
