/**
 * {@code uplinkd}: one loop thread that hears of the network, the probes, the mesh and the user, asks the core what to do,
 * and does it. Whatever may block for longer than a few milliseconds runs on the one worker thread and comes back as a task
 * of the loop.
 */
@NullMarked
package org.wguplink.daemon;

import org.jspecify.annotations.NullMarked;
