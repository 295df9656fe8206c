/** Unnamed network namespaces for tests that meet the kernel: they vanish with their thread, whatever happens. */
@NullMarked
package org.wguplink.linux.testing;

import org.jspecify.annotations.NullMarked;
