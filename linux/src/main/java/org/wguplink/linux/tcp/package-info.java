/** What ends TCP connections whose path is dead: segments that make an end of them answer, and the end of our own sockets. */
@NullMarked
package org.wguplink.linux.tcp;

import org.jspecify.annotations.NullMarked;
