/**
 * The decision which path carries new flows, as a pure state machine.
 */
@NullMarked
package org.wguplink.core.failover;

import org.jspecify.annotations.NullMarked;
