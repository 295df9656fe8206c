/**
 * Lending: the offer, the leases given, the interface on which consumers are served.
 */
@NullMarked
package org.wguplink.daemon.provider;

import org.jspecify.annotations.NullMarked;
