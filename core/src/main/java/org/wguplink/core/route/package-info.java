/**
 * Routes and policy rules as data, and the difference between what is wanted and what is there.
 */
@NullMarked
package org.wguplink.core.route;

import org.jspecify.annotations.NullMarked;
