/**
 * {@code wgctl}: the command line.
 *
 * <p>It is a thin client of the control socket, and must start fast: people and scripts call it in loops. So the parser
 * is a table of our own, only the classes of the command asked for are loaded, and nothing on the way to them uses
 * lambdas, streams, regular expressions or {@code String.format}, each of which costs more than the rest together.
 *
 * <p>Exit status: 0 done; 1 the node said no, or a test failed; 2 wrong usage; 3 no usable answer from the daemon.
 */
@NullMarked
package org.wguplink.cli;

import org.jspecify.annotations.NullMarked;
