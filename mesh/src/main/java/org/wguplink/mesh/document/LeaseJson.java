package org.wguplink.mesh.document;

import static org.wguplink.mesh.document.Payload.moment;
import static org.wguplink.mesh.document.Payload.need;

import io.avaje.jsonb.Json;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.lease.Resolvers;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.Family;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;

/** The three documents of the lease protocol as JSON. */
final class LeaseJson {
    private LeaseJson() {}

    /** @param prefixes separated by commas: as a list of texts, 256 IPv6 addresses would not fit a frame */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Request(
            @Nullable String consumer,
            @Nullable String provider,
            @Nullable String nonce,
            @Nullable String issuedAt,
            @Nullable String tunnelKey,
            @Nullable String endpoint,
            @Nullable String prefixes,
            @Nullable List<String> endpoints,
            @Nullable String call,
            @Nullable Integer mtu) {
        static Request of(LeaseRequest request) {
            return new Request(
                    request.consumer().value(),
                    request.provider().value(),
                    request.nonce(),
                    request.issuedAt().toString(),
                    request.tunnelKey().toString(),
                    request.endpoint().toString(),
                    request.prefixes().stream().map(InetNetwork::toString).collect(Collectors.joining(",")),
                    EndpointTexts.of(request.endpoints()),
                    request.call().map(Endpoint::toString).orElse(null),
                    request.mtu().orElse(null));
        }

        LeaseRequest request() throws DocumentException {
            return new LeaseRequest(
                    new PeerId(need("consumer", consumer)),
                    new PeerId(need("provider", provider)),
                    nonceOf(nonce),
                    moment("issued_at", issuedAt),
                    WireGuardKey.parse(need("tunnel_key", tunnelKey)),
                    Endpoint.parse(need("endpoint", endpoint)),
                    networks(need("prefixes", prefixes)),
                    EndpointTexts.read(endpoints),
                    Optional.ofNullable(call).map(Endpoint::parse),
                    Optional.ofNullable(mtu));
        }
    }

    /** A grant, or with {@code refused} a refusal: the other members are absent then. */
    @Json(naming = Json.Naming.LowerUnderscore)
    record Answer(
            @Nullable String provider,
            @Nullable String consumer,
            @Nullable String nonce,
            @Nullable String refused,
            @Nullable String publicKey,
            @Nullable String endpoint,
            @Nullable String consumer4,
            @Nullable String consumer6,
            @Nullable String provider4,
            @Nullable String provider6,
            @Nullable Integer mtu,
            @Nullable Long lifetimeSeconds,
            @Nullable List<String> endpoints,
            @Nullable List<String> resolvers) {
        static Answer of(LeaseAnswer answer) {
            String provider = answer.provider().value();
            String consumer = answer.consumer().value();
            return switch (answer) {
                case LeaseAnswer.Refusal refusal ->
                    new Answer(
                            provider,
                            consumer,
                            refusal.nonce(),
                            refusal.reason(),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null);
                case LeaseAnswer.Grant grant ->
                    new Answer(
                            provider,
                            consumer,
                            grant.nonce(),
                            null,
                            grant.publicKey().toString(),
                            grant.endpoint().toString(),
                            grant.addresses().consumer4().getHostAddress(),
                            grant.addresses().consumer6().getHostAddress(),
                            grant.addresses().provider4().getHostAddress(),
                            grant.addresses().provider6().getHostAddress(),
                            grant.mtu(),
                            grant.lifetime().toSeconds(),
                            EndpointTexts.of(grant.endpoints()),
                            texts(grant.resolvers()));
            };
        }

        LeaseAnswer answer() throws DocumentException {
            var from = new PeerId(need("provider", provider));
            var to = new PeerId(need("consumer", consumer));
            if (refused != null) return new LeaseAnswer.Refusal(from, to, nonceOf(nonce), refused);
            return new LeaseAnswer.Grant(
                    from,
                    to,
                    nonceOf(nonce),
                    WireGuardKey.parse(need("public_key", publicKey)),
                    Endpoint.parse(need("endpoint", endpoint)),
                    new TunnelAddresses(
                            address("consumer4", consumer4, Family.IPV4),
                            address("consumer6", consumer6, Family.IPV6),
                            address("provider4", provider4, Family.IPV4),
                            address("provider6", provider6, Family.IPV6)),
                    need("mtu", mtu),
                    Duration.ofSeconds(need("lifetime_seconds", lifetimeSeconds)),
                    EndpointTexts.read(endpoints),
                    addresses(resolvers));
        }
    }

    @Json(naming = Json.Naming.LowerUnderscore)
    record Release(
            @Nullable String consumer,
            @Nullable String provider,
            @Nullable String nonce,
            @Nullable String issuedAt,
            @Nullable String tunnelKey) {
        static Release of(LeaseRelease release) {
            return new Release(
                    release.consumer().value(),
                    release.provider().value(),
                    release.nonce(),
                    release.issuedAt().toString(),
                    release.tunnelKey().toString());
        }

        LeaseRelease release() throws DocumentException {
            return new LeaseRelease(
                    new PeerId(need("consumer", consumer)),
                    new PeerId(need("provider", provider)),
                    nonceOf(nonce),
                    moment("issued_at", issuedAt),
                    WireGuardKey.parse(need("tunnel_key", tunnelKey)));
        }
    }

    private static String nonceOf(@Nullable String text) throws DocumentException {
        String nonce = need("nonce", text);
        if (!nonce.matches("[A-Za-z0-9_-]{22,64}")) throw new DocumentException("a nonce has 22 to 64 characters");
        return nonce;
    }

    private static List<InetNetwork> networks(String text) {
        if (text.isEmpty()) return List.of();
        return Arrays.stream(text.split(",", -1)).map(InetNetwork::parse).toList();
    }

    /** Absent instead of empty: as in the answers of older nodes. */
    private static @Nullable List<String> texts(List<InetAddress> addresses) {
        return addresses.isEmpty()
                ? null
                : addresses.stream().map(InetAddress::getHostAddress).toList();
    }

    private static List<InetAddress> addresses(@Nullable List<String> texts) throws DocumentException {
        if (texts == null) return List.of();
        if (texts.size() > Resolvers.MOST)
            throw new DocumentException("%d resolvers; at most %d".formatted(texts.size(), Resolvers.MOST));
        var addresses = new ArrayList<InetAddress>();
        for (String text : texts) addresses.add(Addresses.parse(need("resolvers", text)));
        return addresses;
    }

    private static InetAddress address(String name, @Nullable String text, Family family) throws DocumentException {
        InetAddress address = Addresses.parse(need(name, text));
        if (Family.of(address) != family)
            throw new DocumentException("'%s' is not an address of IPv%d".formatted(name, family.version()));
        return address;
    }
}
