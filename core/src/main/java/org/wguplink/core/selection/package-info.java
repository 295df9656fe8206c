/**
 * Which uplink is best, and why: {@link org.wguplink.core.selection.Selection} orders the candidates by one
 * {@link org.wguplink.core.selection.Criterion} after the other, and says of each what decided.
 *
 * <p>Claims are believed until something was measured. Noise does not reorder: latency counts as {@link Steady} has it, near
 * equals are equal, and the one in use is held.
 */
@NullMarked
package org.wguplink.core.selection;

import org.jspecify.annotations.NullMarked;
