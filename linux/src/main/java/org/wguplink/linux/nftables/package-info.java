/**
 * The packet filter: a plan rendered as the text of one nftables table, and libnftables that takes it in one transaction.
 */
@NullMarked
package org.wguplink.linux.nftables;

import org.jspecify.annotations.NullMarked;
