/**
 * One thread that waits for many descriptors: {@code ppoll(2)} with a wake-up by {@code eventfd(2)}.
 */
@NullMarked
package org.wguplink.linux.loop;

import org.jspecify.annotations.NullMarked;
