/**
 * Addresses, prefixes, keys and marks: immutable values with a strict {@code parse}. Nothing here resolves a name.
 */
@NullMarked
package org.wguplink.core.net;

import org.jspecify.annotations.NullMarked;
