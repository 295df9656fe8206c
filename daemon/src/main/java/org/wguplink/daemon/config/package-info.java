/**
 * The files of a node: the configuration, the keys, the remembered state.
 */
@NullMarked
package org.wguplink.daemon.config;

import org.jspecify.annotations.NullMarked;
