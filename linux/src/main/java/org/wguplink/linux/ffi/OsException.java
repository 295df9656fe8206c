package org.wguplink.linux.ffi;

/** A system call failed: {@code operation subject: text (ERRNO)}. */
public final class OsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public OsException(String operation, String subject, int errno) {
        this(operation, subject, errno, "");
    }

    /** @param detail what the kernel says beyond the number, such as a netlink extended acknowledgement; may be empty */
    public OsException(String operation, String subject, int errno, String detail) {
        super("%s %s: %s (%s)%s"
                .formatted(
                        operation,
                        subject,
                        Errno.describe(errno),
                        Errno.name(errno),
                        detail.isEmpty() ? "" : ": " + detail));
        this.errno = errno;
    }

    /** A positive number of errno(3). */
    public int errno() {
        return errno;
    }

    /**
     * Passes on a result of {@link Libc}.
     *
     * @throws OsException when it is negative
     */
    public static int check(int result, String operation, String subject) throws OsException {
        if (result < 0) throw new OsException(operation, subject, -result);
        return result;
    }
}
