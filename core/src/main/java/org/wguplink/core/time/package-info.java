/**
 * Monotonic time as a value: the core has no clock, callers pass {@code now}.
 */
@NullMarked
package org.wguplink.core.time;

import org.jspecify.annotations.NullMarked;
