/**
 * The network under test. Every node X has a provider's router ispX, a LAN host hostX and a leg in the mesh:
 *
 * <pre>
 * hostX --lan-- X --wan-- ispX --core-- inet
 *               |mesh0
 *             [mesh bridge]        the underlay that survives a WAN failure
 * </pre>
 *
 * Namespaces are called {@code <lab>-<place>}, a lab {@code wgu<6 hex digits>}; its files live in {@code /tmp/<lab>}.
 * Faults are made at ispX and at the bridge, never on the node under test. All of a lab is removed by one script, run by
 * a child process that outlives this one: also after {@code kill -9}.
 */
@NullMarked
package org.wguplink.lab.net;

import org.jspecify.annotations.NullMarked;
