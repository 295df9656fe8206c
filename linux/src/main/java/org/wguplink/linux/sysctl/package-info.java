/**
 * Kernel parameters under {@code /proc/sys}.
 */
@NullMarked
package org.wguplink.linux.sysctl;

import org.jspecify.annotations.NullMarked;
