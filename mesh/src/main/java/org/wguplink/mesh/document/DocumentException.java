package org.wguplink.mesh.document;

/** A document that must not be believed. The message says why and quotes at most 80 characters of it. */
public final class DocumentException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    public DocumentException(String message) {
        super(message);
    }

    /** Foreign text in a form fit for a message: cut to 80 characters, control characters replaced. */
    public static String quote(String text) {
        String head = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE - 3) + "..." : text;
        return head.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
