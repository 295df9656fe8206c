/**
 * Connections that outlive their path: which of them are told so at once.
 *
 * <p>A TCP connection cannot change its exit address. When its path dies, an end that has nothing to send would wait for
 * minutes: it is <em>tickled</em>, with a bare acknowledgement that seems to come from the other end but is out of its
 * window. It must answer such a segment with its own numbers (RFC 9293 section 3.10.7.4), and the packet filter resets
 * that answer.
 */
@NullMarked
package org.wguplink.core.flow;

import org.jspecify.annotations.NullMarked;
