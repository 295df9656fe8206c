/**
 * The internet of the lab: echo, HTTP and DNS servers on well-known addresses. They run in this process, on sockets
 * opened by a thread that entered the namespace {@code inet}: a socket stays in the namespace it was opened in
 * (setns(2), network_namespaces(7)).
 */
@NullMarked
package org.wguplink.lab.inet;

import org.jspecify.annotations.NullMarked;
