/**
 * The control protocol that {@code uplinkd} speaks on its unix socket: JSON-RPC 2.0, one message a line, at most {@value
 * org.wguplink.control.Wire#MAX_LINE} bytes each. Method names are those of the specification's ubus object.
 */
@NullMarked
package org.wguplink.control;

import org.jspecify.annotations.NullMarked;
