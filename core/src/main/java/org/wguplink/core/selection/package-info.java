/**
 * Which uplink is best: availability, then the user's weight, then measured latency.
 */
@NullMarked
package org.wguplink.core.selection;

import org.jspecify.annotations.NullMarked;
