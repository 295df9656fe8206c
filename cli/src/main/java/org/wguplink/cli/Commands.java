package org.wguplink.cli;

import static org.wguplink.cli.Argument.FILE;
import static org.wguplink.cli.Argument.PEER;

import java.util.List;
import org.wguplink.cli.Command.Action;

/** The table of all commands, in the order of the help. */
final class Commands {
    static final List<Command> ALL = List.of(
            new Command(
                    Action.STATUS,
                    "status",
                    List.of(),
                    List.of(Option.WATCH),
                    "how this node reaches the internet, and why",
                    List.of(
                            "The first line says it in a sentence; then the own WAN, what is lent, the mesh and the uplinks.",
                            "With --watch a terminal shows every change at once, until Ctrl-C. Into a pipe or file it is printed anew, with --json as one line, only when something else than a figure has changed. A daemon that restarts is waited for."),
                    List.of(
                            "wgctl status",
                            "wgctl --json status",
                            "wgctl status --watch",
                            "wgctl status --watch --json")),
            new Command(
                    Action.UPLINK_LIST,
                    "uplink list",
                    List.of(),
                    List.of(),
                    "the peers that lend their internet, best first",
                    List.of(
                            "An uplink helps only when its own tunnel avoids what failed: RIDES names the device that carries it."),
                    List.of("wgctl uplink list")),
            new Command(
                    Action.UPLINK_ADD,
                    "uplink add",
                    List.of(PEER),
                    List.of(Option.YES),
                    "use a peer as an uplink",
                    List.of(
                            "The peer can see the outbound traffic that leaves through it; wgctl asks before it adds one."),
                    List.of("wgctl uplink add nodeA", "wgctl uplink add nodeA --yes")),
            new Command(
                    Action.UPLINK_REMOVE,
                    "uplink remove",
                    List.of(PEER),
                    List.of(),
                    "stop using a peer and give its lease back",
                    List.of(),
                    List.of("wgctl uplink remove nodeA")),
            new Command(
                    Action.UPLINK_STATUS,
                    "uplink status",
                    List.of(),
                    List.of(Option.WATCH),
                    "the same as 'status'",
                    List.of(),
                    List.of("wgctl uplink status")),
            new Command(
                    Action.UPLINK_FAILOVER,
                    "uplink failover",
                    List.of(Argument.SWITCH),
                    List.of(),
                    "let the node switch by itself, or not",
                    List.of(
                            "'disable' while on an uplink takes new flows back to the own WAN at once, even if it is down."),
                    List.of("wgctl uplink failover enable", "wgctl uplink failover disable")),
            new Command(
                    Action.UPLINK_TEST,
                    "uplink test",
                    List.of(PEER),
                    List.of(),
                    "reach the internet through a peer, now",
                    List.of(
                            "It asks the provider through the tunnel, then the internet behind it, and says which of them is at fault. Nothing is switched. It takes up to 6 s; on a terminal each stage is shown as it ends.",
                            "Exit status: 0 it works; 4 nothing comes back through the tunnel; 5 the provider does not lend or forward; 6 the internet behind the provider does not answer."),
                    List.of("wgctl uplink test nodeA", "wgctl --json uplink test nodeA")),
            new Command(
                    Action.UPLINK_MEASURE,
                    "uplink measure",
                    List.of(Argument.ANY_PATH),
                    List.of(Option.SECONDS, Option.YES),
                    "load a path for a moment, and say what it brings",
                    List.of(
                            "It fetches the page of 'option measure_url' by that path, a peer's tunnel or else the own WAN, over four connections, and says how many Mbit/s come down. Nothing is switched. It costs volume: up to 250 MB, of the peer's line too; a line that is metered or has a quota is measured only with --yes.",
                            "What is measured of a peer counts in the order of the uplinks; that of the own WAN is offered where 'option bandwidth_mbps' is not set."),
                    List.of(
                            "wgctl uplink measure",
                            "wgctl uplink measure nodeA --seconds 5",
                            "wgctl --json uplink measure nodeA")),
            new Command(
                    Action.UPLINK_WHY,
                    "uplink why",
                    List.of(Argument.ANY_PATH),
                    List.of(),
                    "why traffic goes where it goes, and not elsewhere",
                    List.of(
                            "The choice and what would follow it; then every path with what stands against it: which other is preferred and by what, since when it is down, how long it is held after a failure, or why it cannot be used.",
                            "It is the decision itself that speaks, with the figures that it had."),
                    List.of("wgctl uplink why", "wgctl uplink why nodeB", "wgctl --json uplink why")),
            new Command(
                    Action.UPLINK_PRIORITY,
                    "uplink priority",
                    List.of(PEER, Argument.WEIGHT),
                    List.of(),
                    "prefer a peer more or less",
                    List.of(),
                    List.of("wgctl uplink priority nodeA 200")),
            new Command(
                    Action.UPLINK_DRAIN,
                    "uplink drain",
                    List.of(PEER),
                    List.of(Option.NOW, Option.UNDO),
                    "empty an uplink: new flows leave it, and what is left ends",
                    List.of(
                            "New flows take it only when nothing else works, until --undo, or until its tunnel is gone. What is left ends after 'option drain_time' (10 min; metered: 30 s), which is also what happens after every return to the own WAN.",
                            "Connections that end are told at once, and begin again by the path in use."),
                    List.of(
                            "wgctl uplink drain nodeA",
                            "wgctl uplink drain nodeA --now",
                            "wgctl uplink drain nodeA --undo")),
            new Command(
                    Action.UPLINK_OFFER,
                    "uplink offer",
                    List.of(),
                    List.of(),
                    "lend this node's internet to the mesh",
                    List.of(),
                    List.of("wgctl uplink offer")),
            new Command(
                    Action.UPLINK_WITHDRAW,
                    "uplink withdraw",
                    List.of(),
                    List.of(),
                    "stop lending",
                    List.of(),
                    List.of("wgctl uplink withdraw")),
            new Command(
                    Action.MESH_INIT,
                    "mesh init",
                    List.of(),
                    List.of(Option.PEER_ID),
                    "make a new mesh, with this node as its master",
                    List.of(
                            "Makes this node's key if it has none, the master key, and a roster with this node in it. Needs no daemon.",
                            "The name is --peer-id, else 'option peer_id' of /etc/config/wireguard-uplink, else the host name."),
                    List.of("wgctl mesh init", "wgctl mesh init --peer-id nodeA")),
            new Command(
                    Action.MESH_ID,
                    "mesh id",
                    List.of(),
                    List.of(Option.PEER_ID),
                    "print this node's document, for the master to approve",
                    List.of("Makes this node's key if it has none. The document is one line and holds nothing secret."),
                    List.of("wgctl mesh id > nodeB.id", "wgctl mesh id --peer-id nodeB > nodeB.id")),
            new Command(
                    Action.MESH_APPROVE,
                    "mesh approve",
                    List.of(FILE),
                    List.of(),
                    "on the master: take a node into the mesh",
                    List.of("FILE is what 'wgctl mesh id' printed on that node."),
                    List.of("wgctl mesh approve nodeB.id", "ssh nodeB wgctl mesh id | wgctl mesh approve -")),
            new Command(
                    Action.MESH_IMPORT,
                    "mesh import",
                    List.of(FILE),
                    List.of(Option.YES),
                    "take the roster that the master signed",
                    List.of(
                            "The first import asks whether the master's fingerprint is the right one; from then on only that master is believed.",
                            "The daemon reads the new roster by itself."),
                    List.of("wgctl mesh import roster.jws", "wgctl mesh import roster.jws --yes")),
            new Command(
                    Action.MESH_SHOW,
                    "mesh show",
                    List.of(),
                    List.of(),
                    "the roster: who belongs to the mesh",
                    List.of(),
                    List.of("wgctl mesh show")),
            new Command(
                    Action.COMPLETION,
                    "completion",
                    List.of(Argument.SHELL),
                    List.of(),
                    "print a completion script",
                    List.of("Peer ids are asked of the running daemon; without one there are none to complete."),
                    List.of(
                            "wgctl completion bash > /etc/bash_completion.d/wgctl",
                            "source <(wgctl completion bash)",
                            "wgctl completion zsh > /usr/share/zsh/site-functions/_wgctl")));

    private Commands() {}
}
