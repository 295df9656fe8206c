package org.wguplink.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Log lines on standard error. Under systemd a line begins with its priority ({@code <6>}, sd-daemon(3)) and the journal
 * adds the time; elsewhere it begins with the time.
 */
final class Logs {
    // held, since the log manager keeps loggers weakly and would forget their levels
    private static final Logger OURS = Logger.getLogger("org.wguplink");
    private static final List<Logger> LIBRARIES = List.of(Logger.getLogger("io"), Logger.getLogger("reactor"));

    private Logs() {}

    /** Environment {@code WGUPLINK_LOG}: error, warning, info (default), debug. */
    static void configure() {
        LogManager.getLogManager().reset();
        Level level = switch (String.valueOf(System.getenv("WGUPLINK_LOG"))) {
            case "error" -> Level.SEVERE;
            case "warning" -> Level.WARNING;
            case "debug" -> Level.FINE;
            default -> Level.INFO;
        };
        boolean journal = System.getenv("JOURNAL_STREAM") != null;
        var handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        handler.setFormatter(new Lines(journal));
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(handler);
        // a library's chatter stays out: what matters of it reaches us as an event
        OURS.setLevel(level);
        LIBRARIES.forEach(l -> l.setLevel(Level.SEVERE));
    }

    private static final class Lines extends Formatter {
        private final boolean journal;

        Lines(boolean journal) {
            this.journal = journal;
        }

        @Override
        public String format(LogRecord entry) {
            var text = new StringWriter();
            text.append(
                            journal
                                    ? priority(entry.getLevel())
                                    : LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " ")
                    .append(word(entry.getLevel()))
                    .append(oneLine(formatMessage(entry)))
                    .append('\n');
            if (entry.getThrown() != null) entry.getThrown().printStackTrace(new PrintWriter(text, true));
            return text.toString();
        }

        /** What peers send may be quoted in a message, and must not begin a line of its own. */
        private static String oneLine(String text) {
            return text.chars().anyMatch(Character::isISOControl)
                    ? text.codePoints()
                            .map(c -> Character.isISOControl(c) ? '?' : c)
                            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                            .toString()
                    : text;
        }

        private static String priority(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) return "<3>";
            if (level.intValue() >= Level.WARNING.intValue()) return "<4>";
            return level.intValue() >= Level.INFO.intValue() ? "<6>" : "<7>";
        }

        private static String word(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) return "error: ";
            return level.intValue() >= Level.WARNING.intValue() ? "warning: " : "";
        }
    }
}
