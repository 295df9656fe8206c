package org.wguplink.linux.netlink;

import org.wguplink.core.network.Link;

/** A change in the kernel's network configuration, as far as it concerns us. */
public sealed interface NetworkEvent {
    /** A link is new or has changed: carrier, up or down, MTU, name. */
    record LinkChanged(Link link) implements NetworkEvent {}

    record LinkGone(String name) implements NetworkEvent {}

    record AddressesChanged() implements NetworkEvent {}

    /** Unicast routes of the main table. */
    record MainRoutesChanged() implements NetworkEvent {}

    /**
     * Somebody else changed policy rules, theirs or ours, or routes in our tables (the kernel itself does when a device
     * goes down). A router that keeps what it installed must forget it and look again.
     */
    record RulesChanged() implements NetworkEvent {}

    /** The socket's buffer ran over and events were lost: read everything anew. */
    record Overrun() implements NetworkEvent {}
}
