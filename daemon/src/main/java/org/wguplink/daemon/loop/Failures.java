package org.wguplink.daemon.loop;

/** What went wrong, in words. */
public final class Failures {
    private Failures() {}

    /** The message of a failure, or its kind when it has none. */
    public static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
