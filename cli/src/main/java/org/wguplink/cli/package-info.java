/**
 * {@code wgctl}: the command line.
 *
 * <p>It is a thin client of the control socket, and must start fast: people and scripts call it in loops. So the parser
 * is a table of our own, only the classes of the command asked for are loaded, and nothing on the way to them uses
 * lambdas, streams, regular expressions or {@code String.format}, each of which costs more than the rest together.
 *
 * <p>The exit statuses are constants of {@link org.wguplink.cli.CliException}; docs/CLI.md lists them all.
 */
@NullMarked
package org.wguplink.cli;

import org.jspecify.annotations.NullMarked;
