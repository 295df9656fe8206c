/**
 * The few calls of libc that the adapters need, through the Foreign Function and Memory API (JEP 454). A call returns
 * what the kernel would: a result of 0 or more, or {@code -errno}; errno is captured in the same downcall, since the JVM
 * may change it right after. Struct layouts are those of 64-bit Linux (x86-64 and arm64 agree).
 */
@NullMarked
package org.wguplink.linux.ffi;

import org.jspecify.annotations.NullMarked;
