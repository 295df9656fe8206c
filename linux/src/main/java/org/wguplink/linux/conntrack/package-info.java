/**
 * The connections that the kernel tracks (linux/netfilter/nfnetlink_conntrack.h).
 */
@NullMarked
package org.wguplink.linux.conntrack;

import org.jspecify.annotations.NullMarked;
