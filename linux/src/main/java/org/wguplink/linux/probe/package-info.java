/**
 * Probes that measure one path only: bound to its device and marked.
 */
@NullMarked
package org.wguplink.linux.probe;

import org.jspecify.annotations.NullMarked;
