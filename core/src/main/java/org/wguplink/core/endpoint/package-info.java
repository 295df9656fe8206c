/**
 * Where the end of a tunnel can be reached: typed endpoints, which of them this node can name of itself, in which order
 * those of another are worth trying, and the trials themselves. WireGuard gives a peer one endpoint and, unanswered,
 * repeats itself after 5 s ({@code REKEY_TIMEOUT}, section 6.4 of its paper); trying several is up to us.
 */
@NullMarked
package org.wguplink.core.endpoint;

import org.jspecify.annotations.NullMarked;
