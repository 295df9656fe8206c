package org.wguplink.cli;

import org.jspecify.annotations.Nullable;
import org.wguplink.control.Method;
import org.wguplink.control.Notification;
import org.wguplink.control.Params;
import org.wguplink.control.TestResult;
import org.wguplink.control.TestStage;

/** {@code uplink test}: a line for each stage as it ends, and then the verdict. */
final class TestCommand {
    /** Of one stage; the longest takes some 4 s. */
    private static final int PATIENCE_MS = 15_000;

    private final Session session;
    private int told;

    private TestCommand(Session session) {
        this.session = session;
    }

    static int run(Session session) throws CliException {
        return new TestCommand(session).run();
    }

    private int run() throws CliException {
        String peer = session.argument(0);
        Params params = session.json() ? Params.peer(peer) : Params.test(peer);
        String result = ControlClient.call(session.root(), Method.UPLINK_TEST, params, PATIENCE_MS, this::told);
        TestResult test = ControlClient.decode(TestResult.class, result);
        if (session.json()) session.println(result);
        else {
            // those that were not told while it ran
            for (TestStage stage : test.stages()
                    .subList(Math.min(told, test.stages().size()), test.stages().size())) session.print(text(stage));
            session.print(text(test));
        }
        return exit(test);
    }

    private void told(Notification notification) throws CliException {
        if (!notification.method().equals(Notification.STAGE)) return;
        told++;
        session.print(text(ControlClient.decode(TestStage.class, notification.params())));
        session.terminal().out().flush();
    }

    private static String text(TestStage stage) {
        var out = new StringBuilder();
        String head = "  " + Text.left(Text.printable(stage.name()), 8) + "  "
                + Text.left(Text.printable(stage.state()), 7) + "  ";
        Text.wrap(out, head, stage.message());
        return out.toString();
    }

    private static String text(TestResult test) {
        @Nullable Double latency = test.latencyMs();
        @Nullable String device = test.device();
        var line = new StringBuilder(test.peerId());
        if (test.success()) {
            line.append(": works, ").append(test.received()).append(" of ").append(test.sent());
            line.append(" probes answered");
            if (latency != null) line.append(", ").append(Text.milliseconds(latency));
            if (device != null) line.append(", through ").append(device);
        } else {
            line.append(": failed, ").append(fault(test.verdict())).append(": ").append(test.message());
        }
        var out = new StringBuilder();
        Text.wrap(out, "", line.toString());
        return out.toString();
    }

    private static String fault(String verdict) {
        return switch (verdict) {
            case TestStage.TUNNEL -> "the tunnel is at fault";
            case TestStage.PROVIDER -> "the provider is at fault";
            case TestStage.INTERNET -> "the internet behind the provider is at fault";
            default -> verdict;
        };
    }

    private static int exit(TestResult test) {
        if (test.success()) return 0;
        return switch (test.verdict()) {
            case TestStage.TUNNEL -> CliException.TUNNEL;
            case TestStage.PROVIDER -> CliException.PROVIDER;
            case TestStage.INTERNET -> CliException.INTERNET;
            default -> CliException.NO;
        };
    }
}
