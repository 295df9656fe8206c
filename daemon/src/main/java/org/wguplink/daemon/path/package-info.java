/**
 * Probing of paths, the own WAN, and the application of plans to the kernel.
 */
@NullMarked
package org.wguplink.daemon.path;

import org.jspecify.annotations.NullMarked;
