package org.wguplink.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.wguplink.control.Done;
import org.wguplink.control.Method;
import org.wguplink.control.Params;
import org.wguplink.control.Status;
import org.wguplink.control.UplinkList;
import org.wguplink.control.Why;

/** The commands that ask the daemon. */
final class UplinkCommands {
    /** The daemon first tries whether what it offers is forwarded. */
    private static final int OFFER_PATIENCE_MS = 15_000;

    private UplinkCommands() {}

    static int status(Session session) throws CliException {
        String result = call(session, Method.STATUS, Params.NONE);
        Status status = ControlClient.decode(Status.class, result);
        if (session.json()) session.println(result);
        else
            session.print(StatusText.of(
                    status, Times.since(status.since()), session.terminal().colour()));
        return 0;
    }

    static int list(Session session) throws CliException {
        String result = call(session, Method.UPLINK_LIST, Params.NONE);
        UplinkList list = ControlClient.decode(UplinkList.class, result);
        if (session.json()) session.println(result);
        else session.print(UplinkTable.of(list.uplinks(), session.terminal().colour()));
        return 0;
    }

    static int why(Session session) throws CliException {
        @Nullable String path = session.optionalArgument(0);
        String result = call(session, Method.UPLINK_WHY, path == null ? Params.NONE : Params.peer(path));
        Why why = ControlClient.decode(Why.class, result);
        if (session.json()) session.println(result);
        else session.print(WhyText.of(why, Times.since(why.since()), path == null));
        return 0;
    }

    static int add(Session session) throws CliException, IOException {
        String peer = Text.printable(session.argument(0));
        if (!session.yes()) {
            if (!session.terminal().asks())
                throw CliException.usage("uplink add: " + peer
                        + " would be able to see the outbound traffic of this node, and there is no terminal to ask on;"
                        + " say --yes if that is wanted");
            session.terminal()
                    .err()
                    .println("While " + peer + " is the uplink, the outbound traffic of this node and of its LAN leaves"
                            + "\nthrough it: " + peer
                            + " will be able to see where it goes, and whatever in it is not\nencrypted.");
            if (!session.terminal().confirms("Add " + peer + " as an uplink?"))
                throw CliException.no("nothing was changed");
        }
        return done(session, Method.UPLINK_ADD, Params.peer(session.argument(0)));
    }

    static int remove(Session session) throws CliException {
        return done(session, Method.UPLINK_REMOVE, Params.peer(session.argument(0)));
    }

    static int failover(Session session) throws CliException {
        boolean enable = session.argument(0).equals("enable");
        if (!enable && !session.argument(0).equals("disable"))
            throw CliException.usage("uplink failover: '" + session.argument(0) + "'; expected enable or disable");
        return done(session, Method.UPLINK_FAILOVER, new Params(null, null, enable));
    }

    static int priority(Session session) throws CliException {
        String peer = session.argument(0);
        return done(session, Method.UPLINK_SET_PRIORITY, new Params(peer, weight(session.argument(1)), null));
    }

    static int drain(Session session) throws CliException {
        boolean undo = session.has(Option.UNDO);
        if (undo && session.has(Option.NOW))
            throw CliException.usage("uplink drain: --now and --undo exclude each other");
        Integer within = session.has(Option.NOW) ? 0 : null;
        return done(session, Method.UPLINK_DRAIN, Params.drain(session.argument(0), !undo, within));
    }

    static int offer(Session session) throws CliException {
        return done(session, ControlClient.call(session.root(), Method.UPLINK_OFFER, Params.NONE, OFFER_PATIENCE_MS));
    }

    static int withdraw(Session session) throws CliException {
        return done(session, Method.UPLINK_WITHDRAW, Params.NONE);
    }

    private static int weight(String text) throws CliException {
        int weight = Text.number(text);
        if (weight < 1 || weight > 1000)
            throw CliException.usage("uplink priority: '" + text + "'; expected a weight from 1 to 1000");
        return weight;
    }

    private static int done(Session session, Method method, Params params) throws CliException {
        return done(session, call(session, method, params));
    }

    private static int done(Session session, String result) throws CliException {
        Done done = ControlClient.decode(Done.class, result);
        if (session.json()) session.println(result);
        if (!done.success()) {
            if (!session.json()) throw CliException.no(done.message());
            return CliException.NO;
        }
        if (!session.json()) {
            var out = new StringBuilder();
            Text.wrap(out, "", done.message());
            session.print(out.toString());
        }
        return 0;
    }

    private static String call(Session session, Method method, Params params) throws CliException {
        return ControlClient.call(session.root(), method, params);
    }
}
