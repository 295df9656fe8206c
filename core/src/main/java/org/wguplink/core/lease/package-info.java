/**
 * The right to use a provider's internet for a while, and the addresses that come with it.
 */
@NullMarked
package org.wguplink.core.lease;

import org.jspecify.annotations.NullMarked;
