/**
 * Whether a path reaches the internet, judged from probes: UP, SUSPECT, DOWN.
 */
@NullMarked
package org.wguplink.core.health;

import org.jspecify.annotations.NullMarked;
