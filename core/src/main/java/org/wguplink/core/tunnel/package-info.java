/**
 * WireGuard interfaces and their peers as data, and the port that makes the kernel match.
 */
@NullMarked
package org.wguplink.core.tunnel;

import org.jspecify.annotations.NullMarked;
