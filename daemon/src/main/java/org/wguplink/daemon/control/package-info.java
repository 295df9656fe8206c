/**
 * The control socket and the report of the state.
 */
@NullMarked
package org.wguplink.daemon.control;

import org.jspecify.annotations.NullMarked;
