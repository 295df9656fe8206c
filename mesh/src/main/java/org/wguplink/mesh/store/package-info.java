/**
 * Files that survive a power cut: written beside their place, flushed to the disk and renamed. {@code rename(2)} within
 * one directory is atomic, so a reader sees the old content or the new, never a part.
 */
@NullMarked
package org.wguplink.mesh.store;

import org.jspecify.annotations.NullMarked;
