/**
 * The loop thread and its worker.
 */
@NullMarked
package org.wguplink.daemon.loop;

import org.jspecify.annotations.NullMarked;
