/**
 * What the libraries of the mesh log through SLF4J goes to {@link java.lang.System.Logger}, as everything else does. (The
 * published bridges between the two, {@code slf4j-jdk-platform-logging} among them, lead the other way.)
 */
@NullMarked
package org.wguplink.mesh.logging;

import org.jspecify.annotations.NullMarked;
