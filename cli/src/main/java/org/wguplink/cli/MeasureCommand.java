package org.wguplink.cli;

import org.jspecify.annotations.Nullable;
import org.wguplink.control.MeasureProgress;
import org.wguplink.control.MeasureResult;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;

/** {@code uplink measure}: on a terminal a line each second, and then what the path brings. */
final class MeasureCommand {
    /** A name is looked for, and then a server, for 5 s each. */
    private static final int PATIENCE_MS = 15_000;

    private MeasureCommand() {}

    static int run(Session session) throws CliException {
        // progress is asked for in any case: where it cannot be told, the daemon sees that nobody waits any more
        Params params =
                Params.measure(session.optionalArgument(0), seconds(session.option(Option.SECONDS)), session.yes());
        String result = ControlClient.call(
                session.root(), Method.UPLINK_MEASURE, params, PATIENCE_MS, said -> told(session, said));
        MeasureResult measured = ControlClient.decode(MeasureResult.class, result);
        if (session.json()) session.println(result);
        else session.print(text(measured));
        return 0;
    }

    private static @Nullable Integer seconds(@Nullable String text) throws CliException {
        if (text == null) return null;
        int seconds = Text.number(text);
        if (seconds < 1 || seconds > 10)
            throw CliException.usage("uplink measure: --seconds '" + text + "'; expected 1 to 10");
        return seconds;
    }

    private static void told(Session session, Notification notification) throws CliException {
        boolean shown = session.terminal().outIsTerminal() && !session.json();
        if (!shown || !notification.method().equals(Notification.MEASURED)) return;
        MeasureProgress progress = ControlClient.decode(MeasureProgress.class, notification.params());
        session.println("  " + Math.round(progress.seconds()) + " s  " + progress.downMbps() + " Mbit/s");
        session.terminal().out().flush();
    }

    private static String text(MeasureResult measured) {
        var out = new StringBuilder();
        String server = Text.printable(measured.server());
        Text.wrap(
                out,
                "",
                measured.path() + ": " + measured.downMbps() + " Mbit/s down, " + Text.bytes(measured.bytes()) + " in "
                        + measured.seconds() + " s from " + server + ", through " + measured.device());
        return out.toString();
    }
}
