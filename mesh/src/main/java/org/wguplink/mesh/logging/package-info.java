/**
 * What keeps the log readable. The same report passes once a minute ({@link org.wguplink.mesh.logging.OnceAMinute}).
 *
 * <p> * What the libraries of the mesh log through SLF4J goes to {@link java.lang.System.Logger}, as everything else does. (The
 * published bridges between the two, {@code slf4j-jdk-platform-logging} among them, lead the other way.)
 */
@NullMarked
package org.wguplink.mesh.logging;

import org.jspecify.annotations.NullMarked;
