/**
 * Borrowing: leases from providers, the tunnels to them, and the choice among them.
 */
@NullMarked
package org.wguplink.daemon.consumer;

import org.jspecify.annotations.NullMarked;
