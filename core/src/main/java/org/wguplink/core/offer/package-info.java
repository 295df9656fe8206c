/**
 * What a node offers of its internet, and the ledger of the offers heard from others.
 */
@NullMarked
package org.wguplink.core.offer;

import org.jspecify.annotations.NullMarked;
