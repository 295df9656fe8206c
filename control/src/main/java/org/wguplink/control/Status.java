package org.wguplink.control;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of a node; also the content of {@code /var/run/wireguard-uplinks.json}.
 *
 * @param state {@code direct} (the own WAN serves), {@code uplink} (a peer serves) or {@code offline}
 * @param via the peer that serves, when {@code state} is {@code uplink}
 * @param reason one sentence on why it is so
 * @param since ISO 8601
 * @param wan the own line that is preferred
 * @param wans all own lines, best first
 * @param wanInUse the device of the own line that carries new flows; absent while a peer does
 * @param resolvers where queries for names are led, while a peer serves; absent else
 * @param uplinks best first
 * @param configTrouble what is wrong with the configuration, a line each: why the file is not in force (what was, stays
 *     so), names in it that mean nothing; absent when nothing is
 * @param warnings what others on this node have in our way, a sentence each
 * @param policies of the user, in the order in which they count
 * @param balance the paths that new flows of the LAN are shared over, in the user's order; empty without any
 * @param ipv6 where new IPv6 flows go; absent while they go the way of the others
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Status(
        String version,
        String peerId,
        long pid,
        String state,
        @Nullable String via,
        String reason,
        String since,
        boolean failoverEnabled,
        Wan wan,
        List<Wan> wans,
        @Nullable String wanInUse,
        @Nullable List<String> resolvers,
        Offering offering,
        Mesh mesh,
        List<Uplink> uplinks,
        @Nullable List<String> configTrouble,
        List<String> warnings,
        List<Policy> policies,
        List<Share> balance,
        @Nullable Ipv6 ipv6) {
    public Status {
        // a daemon of an earlier version says nothing of them
        warnings = Objects.requireNonNullElse(warnings, List.of());
        policies = Objects.requireNonNullElse(policies, List.of());
        balance = Objects.requireNonNullElse(balance, List.of());
    }

    /** This state without the figures that move by themselves: two that are equal tell a person the same. */
    public Status steady() {
        return new Status(
                version,
                peerId,
                pid,
                state,
                via,
                reason,
                since,
                failoverEnabled,
                wan.steady(),
                wans.stream().map(Wan::steady).toList(),
                wanInUse,
                resolvers,
                offering.steady(),
                mesh,
                uplinks.stream().map(Uplink::steady).toList(),
                configTrouble,
                warnings,
                policies,
                balance,
                ipv6);
    }

    /**
     * What becomes of new IPv6 flows when they do not go the way of the others, which all else here is of.
     *
     * @param via the peer or own WAN that they take; absent while they are refused, since no path carries them
     * @param reason why they are refused, or have left the own WAN; absent while they are on it
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Ipv6(@Nullable String via, @Nullable String reason) {}

    /**
     * What the user says of some traffic.
     *
     * @param traffic the networks, or the mark, for people
     * @param mode {@code failover}, {@code always}, {@code never} or {@code strict}
     * @param peer of {@code always}; absent else
     * @param via the peer or own WAN that new flows take; absent while they are refused
     * @param reason why they are refused, one sentence; absent while they are not
     * @param ipv6 the same of its IPv6, if it has any; absent while that goes the way of the rest
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Policy(
            String name,
            String traffic,
            String mode,
            @Nullable String peer,
            @Nullable String via,
            @Nullable String reason,
            @Nullable Ipv6 ipv6) {}

    /**
     * A path that takes a part of the new flows of the LAN.
     *
     * @param name of the peer, or the device of an own WAN
     * @param weight its part is this of the sum of those that take one
     * @param takes whether it does now
     * @param reason why it does not; absent while it does
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Share(
            String name,
            int weight,
            boolean takes,
            @Nullable String reason) {}

    /**
     * An own internet line.
     *
     * @param state {@code up}, {@code suspect}, {@code down}, {@code recovering} (answers, and is held until it is
     *     stable) or {@code absent} (no default route)
     * @param stableInS seconds until it is used again, while recovering
     * @param reason why it is not up, or what is wrong with it while it is
     * @param measuredMbps what it brought when it was measured last; absent before
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Wan(
            @Nullable String device,
            String state,
            boolean carrier,
            @Nullable Double latencyMs,
            @Nullable Double stableInS,
            @Nullable String reason,
            @Nullable Integer measuredMbps) {
        /** One that was not measured. */
        public Wan(
                @Nullable String device,
                String state,
                boolean carrier,
                @Nullable Double latencyMs,
                @Nullable Double stableInS,
                @Nullable String reason) {
            this(device, state, carrier, latencyMs, stableInS, reason, null);
        }

        Wan steady() {
            return new Wan(device, state, carrier, null, null, reason, measuredMbps);
        }
    }

    /**
     * What this node lends.
     *
     * @param wanted the user's word
     * @param active whether the offer says available now
     * @param reason why not, when wanted and not active; what is missing, such as a family that is not forwarded, else
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Offering(
            boolean wanted,
            boolean active,
            @Nullable String reason,
            @Nullable String device,
            List<Consumer> consumers) {
        Offering steady() {
            return new Offering(
                    wanted,
                    active,
                    reason,
                    device,
                    consumers.stream().map(Consumer::steady).toList());
        }
    }

    /** A node that holds a lease of ours. */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Consumer(String peerId, String address, long expiresInS, long rxBytes, long txBytes) {
        Consumer steady() {
            return new Consumer(peerId, address, 0, 0, 0);
        }
    }

    /**
     * The mesh as gossip shows it.
     *
     * @param members nodes heard of at present, this one included
     * @param rosterSerial 0 without a roster
     * @param reason why the node is in no mesh, and what to do; absent when it is
     */
    @Json(naming = Json.Naming.LowerUnderscore)
    public record Mesh(
            @Nullable String address,
            int members,
            long rosterSerial,
            int rosterNodes,
            @Nullable String reason) {}
}
