/** {@code ./bench TOPIC}: measures every figure that the documentation names, with its spread. */
@NullMarked
package org.wguplink.lab.bench;

import org.jspecify.annotations.NullMarked;
