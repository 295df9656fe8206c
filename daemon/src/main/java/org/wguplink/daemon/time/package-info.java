/**
 * What time it is. Routers without a battery boot in 1970, and their internet may be what has failed: signatures and
 * leases must work all the same. See docs/adr/0007.
 */
@NullMarked
package org.wguplink.daemon.time;

import org.jspecify.annotations.NullMarked;
