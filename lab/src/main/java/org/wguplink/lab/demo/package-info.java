/** {@code ./demo}: the specification's picture, live in a terminal or as lines of text. */
@NullMarked
package org.wguplink.lab.demo;

import org.jspecify.annotations.NullMarked;
