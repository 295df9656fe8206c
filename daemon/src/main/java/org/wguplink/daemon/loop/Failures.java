package org.wguplink.daemon.loop;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong, in words. */
public final class Failures {
    private Failures() {}

    /** The message of a failure, or its kind when it has none; for a file also the reason, which Java leaves out. */
    public static String text(Throwable failure) {
        if (failure instanceof FileSystemException file) return file.getFile() + ": " + reason(file);
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private static String reason(FileSystemException failure) {
        String reason = failure.getReason();
        if (reason != null) return reason;
        return switch (failure) {
            case NoSuchFileException e -> "no such file or directory";
            case AccessDeniedException e -> "permission denied";
            case FileAlreadyExistsException e -> "is there already";
            default -> failure.getClass().getSimpleName();
        };
    }
}
