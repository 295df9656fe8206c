package org.wguplink.mesh.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.endpoint.EndpointKind;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Capabilities;
import org.wguplink.core.offer.Isp;
import org.wguplink.core.offer.Offer;
import org.wguplink.core.offer.Terms;
import org.wguplink.core.offer.WanType;
import org.wguplink.core.peer.PeerId;
import org.wguplink.mesh.identity.Identity;
import org.wguplink.mesh.identity.MasterKey;
import org.wguplink.mesh.roster.JoinDocument;
import org.wguplink.mesh.roster.Roster;

class DocumentsTest {
    private static final Instant NOW = Instant.parse("2026-02-28T12:00:00Z");
    private static final String NONCE = "abcdefghijklmnopqrstuv";
    private static final WireGuardKey KEY = WireGuardKey.of(new byte[32]);
    private static final String HEADER = "{\"alg\":\"EdDSA\",\"kid\":\"ana\",\"typ\":\"wgu-offer\"}";

    @TempDir
    static Path temp;

    private static Identity ana;
    private static Identity bob;
    private static Identity eve;
    private static Roster roster;

    @BeforeAll
    static void meet() throws Exception {
        ana = Identity.create(temp.resolve("ana"), new PeerId("ana"));
        bob = Identity.create(temp.resolve("bob"), new PeerId("bob"));
        eve = Identity.create(temp.resolve("eve"), new PeerId("eve"));
        roster = new Roster(
                MasterKey.create(temp).key(),
                1,
                NOW,
                NOW.plusSeconds(60),
                List.of(
                        new Roster.Node(ana.peerId(), ana.key(), "master"),
                        new Roster.Node(bob.peerId(), bob.key(), "node")));
    }

    private static Offer offer(Identity of) {
        return new Offer(
                of.peerId(),
                7,
                NOW,
                NOW.plusSeconds(90),
                new Capabilities(100, 20, WanType.FIBER, false),
                "borrowing",
                new Endpoint("nodeA.example.com", 51820),
                KEY);
    }

    private static Offer offer(Terms terms) {
        Offer plain = offer(ana);
        return new Offer(
                plain.peerId(),
                plain.sequence(),
                plain.issuedAt(),
                plain.expiresAt(),
                new Capabilities(100, 20, WanType.FIBER, false, terms),
                plain.reason(),
                plain.endpoint(),
                plain.publicKey());
    }

    private static LeaseRequest request(int prefixes) {
        List<InetNetwork> taken = IntStream.range(0, prefixes)
                .mapToObj(i -> InetNetwork.parse("10.%d.%d.0/24".formatted(i / 256, i % 256)))
                .toList();
        return new LeaseRequest(
                ana.peerId(), bob.peerId(), NONCE, NOW, KEY, Endpoint.parse("[2001:db8::1]:51820"), taken);
    }

    @Test
    void everyDocumentComesBackAsItWas() throws Exception {
        var asAna = new Documents(ana);
        var asBob = new Documents(bob);
        assertThat(Documents.verifyOffer(asAna.sign(offer(ana)), roster)).isEqualTo(offer(ana));
        Offer withTerms = offer(new Terms(
                Optional.of(true),
                5,
                Optional.of(12_000L),
                new Isp(Set.of("example telecom", "198.51.100.0/24")),
                Optional.of(new Terms.Load(3, 64, Optional.of(40)))));
        assertThat(Documents.verifyOffer(asAna.sign(withTerms), roster)).isEqualTo(withTerms);
        LeaseRequest request = request(256);
        assertThat(Documents.verifyLeaseRequest(asAna.sign(request), roster)).isEqualTo(request);
        var grant = new LeaseAnswer.Grant(
                bob.peerId(),
                ana.peerId(),
                NONCE,
                KEY,
                new Endpoint("192.0.2.1", 51820),
                new TunnelAddresses(
                        InetAddress.ofLiteral("10.99.0.2"),
                        InetAddress.ofLiteral("fd00::2"),
                        InetAddress.ofLiteral("10.99.0.1"),
                        InetAddress.ofLiteral("fd00::1")),
                1380,
                Duration.ofMinutes(10),
                List.of(),
                List.of(
                        InetAddress.ofLiteral("10.99.0.1"),
                        InetAddress.ofLiteral("fd00::1"),
                        InetAddress.ofLiteral("9.9.9.9"),
                        InetAddress.ofLiteral("2620:fe::fe")));
        var refusal = new LeaseAnswer.Refusal(bob.peerId(), ana.peerId(), NONCE, "full");
        for (LeaseAnswer answer : List.of(grant, refusal))
            assertThat(Documents.verifyLeaseAnswer(asBob.sign(answer), roster)).isEqualTo(answer);
        String payload = payload(asBob.sign(grant));
        String header = HEADER.replace("offer", "lease-answer").replace("ana", "bob");
        String silent = payload.replaceAll(",\"resolvers\":\\[[^]]*]", "");
        assertThat(Documents.verifyLeaseAnswer(signed(bob, header, silent), roster))
                .as("of an older provider")
                .isInstanceOfSatisfying(
                        LeaseAnswer.Grant.class, g -> assertThat(g.resolvers()).isEmpty());
        for (String bad : List.of("10.99.0.2", "192.168.1.1", "127.0.0.1", "ff02::1", "fe80::1", "dns.example"))
            assertThatThrownBy(() ->
                            Documents.verifyLeaseAnswer(signed(bob, header, payload.replace("9.9.9.9", bad)), roster))
                    .as(bad)
                    .isInstanceOf(DocumentException.class)
                    .hasMessageContaining(bad.startsWith("f") ? "resolver" : bad);
        assertThatThrownBy(() -> Documents.verifyLeaseAnswer(
                        signed(bob, header, payload.replace("\"9.9.9.9\"", "\"9.9.9.9\",\"8.8.8.8\"")), roster))
                .hasMessageContaining("5 resolvers; at most 4");
        var release = new LeaseRelease(ana.peerId(), bob.peerId(), NONCE, NOW, KEY);
        assertThat(Documents.verifyLeaseRelease(asAna.sign(release), roster)).isEqualTo(release);
    }

    @Test
    void theLongestLeaseRequestFitsAFrame() throws Exception {
        Identity longest = Identity.create(temp.resolve("long"), new PeerId("c".repeat(63)));
        var trusting = new Roster(
                roster.master(),
                2,
                NOW,
                NOW.plusSeconds(60),
                List.of(new Roster.Node(longest.peerId(), longest.key(), "node")));
        List<InetNetwork> taken = IntStream.range(0, LeaseRequest.MAX_PREFIXES)
                .mapToObj(i -> InetNetwork.parse("2001:db80:ffff:ffff:ffff:ffff:ffff:f%03x/128".formatted(i)))
                .toList();
        var request = new LeaseRequest(
                longest.peerId(),
                new PeerId("p".repeat(63)),
                "n".repeat(64),
                NOW.plusNanos(1),
                KEY,
                new Endpoint("2001:db80:ffff:ffff:ffff:ffff:ffff:ffff", 65535),
                taken);
        String jws = new Documents(longest).sign(request);
        assertThat(jws).hasSize(15_803); // the number that DocumentType.MAX_MESSAGE is made for
        assertThat(Documents.verifyLeaseRequest(jws, trusting)).isEqualTo(request);
        var free = new LeaseRequest(longest.peerId(), ana.peerId(), NONCE, NOW, KEY, request.endpoint(), List.of());
        assertThat(Documents.verifyLeaseRequest(new Documents(longest).sign(free), trusting))
                .isEqualTo(free);
    }

    @Test
    void theLongestLeaseRequestWithEndpointsFitsAFrameToo() throws Exception {
        Identity longest = Identity.create(temp.resolve("longer"), new PeerId("c".repeat(63)));
        var trusting = new Roster(
                roster.master(),
                2,
                NOW,
                NOW.plusSeconds(60),
                List.of(new Roster.Node(longest.peerId(), longest.key(), "node")));
        List<InetNetwork> taken = IntStream.range(0, LeaseRequest.MAX_PREFIXES_WITH_ENDPOINTS)
                .mapToObj(i -> InetNetwork.parse("2001:db80:ffff:ffff:ffff:ffff:ffff:f%03x/128".formatted(i)))
                .toList();
        var at = new Endpoint("2001:db80:ffff:ffff:ffff:ffff:ffff:ffff", 65535);
        var request = new LeaseRequest(
                longest.peerId(),
                new PeerId("p".repeat(63)),
                "n".repeat(64),
                NOW.plusNanos(1),
                KEY,
                at,
                taken,
                Collections.nCopies(TypedEndpoint.MOST, new TypedEndpoint(EndpointKind.MESH, at)),
                Optional.of(at),
                Optional.of(1420));
        String jws = new Documents(longest).sign(request);
        assertThat(jws).hasSize(15_561);
        assertThat(Documents.verifyLeaseRequest(jws, trusting)).isEqualTo(request);
    }

    @Test
    void everyEndpointComesBackAndWithoutAListThereIsTheOne() throws Exception {
        List<TypedEndpoint> all = Stream.of(
                        "lan 10.1.1.1:1", "mesh 10.250.0.1:1", "v4 home.example.com:1", "v6 [2001:db8:0:0:0:0:0:1]:1")
                .map(t -> TypedEndpoint.parse(t).orElseThrow())
                .toList();
        Offer one = offer(ana);
        var many = new Offer(
                one.peerId(),
                one.sequence(),
                one.issuedAt(),
                one.expiresAt(),
                one.capabilities(),
                one.reason(),
                one.endpoint(),
                one.publicKey(),
                all,
                true);
        Offer read = Documents.verifyOffer(new Documents(ana).sign(many), roster);
        assertThat(read).isEqualTo(many);
        assertThat(read.reachedAt()).isEqualTo(all);
        assertThat(Documents.verifyOffer(new Documents(ana).sign(one), roster).reachedAt())
                .extracting(TypedEndpoint::toString)
                .containsExactly("v4 nodeA.example.com:51820", "v6 nodeA.example.com:51820");
        LeaseRequest plain = request(1);
        var calling = new LeaseRequest(
                plain.consumer(),
                plain.provider(),
                plain.nonce(),
                plain.issuedAt(),
                KEY,
                plain.endpoint(),
                plain.prefixes(),
                List.of(all.get(1)),
                Optional.of(all.get(1).endpoint()),
                Optional.of(1340));
        assertThat(Documents.verifyLeaseRequest(new Documents(ana).sign(calling), roster))
                .isEqualTo(calling);
    }

    static Stream<Case> requestsRefused() throws Exception {
        String payload = payload(new Documents(ana).sign(request(1)));
        String header = HEADER.replace("offer", "lease-request");
        return Stream.of(
                        new Case(
                                "a name, which the provider would have to look up", "v4 home.example.com:1", "literal"),
                        new Case("a call to somebody else", "v4 192.0.2.1:1\"],\"call\":\"192.0.2.2:1", "none of"),
                        new Case("a call that is no endpoint", "v4 192.0.2.1:1\"],\"call\":\"x", "endpoint"))
                .map(c -> new Case(
                        c.name,
                        signed(
                                ana,
                                header,
                                withEndpoints(payload, c.jws.contains("call") ? c.jws + "\"" : c.jws + "\"]")),
                        c.why));
    }

    @ParameterizedTest
    @MethodSource
    void requestsRefused(Case row) {
        assertThatThrownBy(() -> Documents.verifyLeaseRequest(row.jws(), roster))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining(row.why());
    }

    private static String withEndpoints(String payload, String endpoints) {
        return payload.substring(0, payload.length() - 1) + ",\"endpoints\":[\"" + endpoints + "}";
    }

    private static Case terms(String name, String payload, String terms, String why) {
        return new Case(
                name, signed(ana, HEADER, payload.replace("\"available\":false", "\"available\":false," + terms)), why);
    }

    private static Case endpoints(String name, String payload, String endpoints, String why) {
        return new Case(name, signed(ana, HEADER, withEndpoints(payload, endpoints + "\"]")), why);
    }

    @Test
    void anOfferHasTheShapeOfTheSpecification() throws Exception {
        String payload = payload(new Documents(ana).sign(offer(ana)));
        assertThat(payload)
                .isEqualTo("{\"type\":\"uplink_offer\",\"peer_id\":\"ana\",\"timestamp\":\"2026-02-28T12:00:00Z\","
                        + "\"sequence\":7,\"expires\":\"2026-02-28T12:01:30Z\",\"reason\":\"borrowing\","
                        + "\"capabilities\":{\"bandwidth_mbps\":100,\"latency_ms\":20,\"wan_type\":\"fiber\","
                        + "\"available\":false},\"endpoint\":{\"host\":\"nodeA.example.com\",\"port\":51820,"
                        + "\"public_key\":\"" + KEY + "\"}}");
    }

    record Case(String name, String jws, String why) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> refused() throws Exception {
        String good = new Documents(ana).sign(offer(ana));
        String payload = payload(good);
        return Stream.of(
                new Case(
                        "signed with another node's key",
                        signed(bob, HEADER, payload),
                        "signature is not that of 'ana'"),
                new Case("a stranger", new Documents(eve).sign(offer(eve)), "'eve' is not in the roster"),
                new Case("a stranger under a known name", signed(eve, HEADER, payload), "signature"),
                new Case(
                        "a payload tampered with",
                        good.replace(encode(payload), encode(payload.replace(":100", ":999"))),
                        "signature"),
                new Case(
                        "alg none",
                        encode(HEADER.replace("EdDSA", "none")) + "." + encode(payload) + ".",
                        "algorithm 'none'"),
                new Case("HS256 keyed with the public key", hs256(payload), "algorithm 'HS256'"),
                new Case(
                        "alg in lower case",
                        signed(ana, HEADER.replace("EdDSA", "eddsa"), payload),
                        "algorithm 'eddsa'"),
                new Case(
                        "another typ",
                        signed(ana, HEADER.replace("offer", "lease-request"), payload),
                        "typ 'wgu-lease-request'"),
                new Case("no typ", signed(ana, "{\"alg\":\"EdDSA\",\"kid\":\"ana\"}", payload), "typ 'null'"),
                new Case("a join document", JoinDocument.write(ana, NOW), "typ 'wgu-node'"),
                new Case(
                        "no kid",
                        signed(ana, "{\"alg\":\"EdDSA\",\"typ\":\"wgu-offer\"}", payload),
                        "alg, kid, typ alone"),
                new Case(
                        "an extra header",
                        signed(ana, HEADER.replace("}", ",\"jku\":\"http://x\"}"), payload),
                        "alg, kid, typ alone"),
                new Case(
                        "a repeated header", signed(ana, HEADER.replace("}", ",\"kid\":\"ana\"}"), payload), "damaged"),
                new Case(
                        "kid of another than the payload's",
                        signed(ana, HEADER, payload.replace("\"ana\"", "\"bob\"")),
                        "signed by 'ana', but 'peer_id' is 'bob'"),
                new Case("too long", good + "A".repeat(17_000), "at most 16128"),
                new Case("four parts", good + ".AAAA", "compact form"),
                new Case("not base64url", "###", "compact form"),
                new Case("empty", "", "compact form"),
                new Case("a header that is not JSON", encode("{") + ".AAAA.AAAA", "damaged"),
                new Case("a payload that is not JSON", signed(ana, HEADER, "{"), "offer"),
                new Case("a payload that is null", signed(ana, HEADER, "null"), "offer"),
                new Case(
                        "a header nested deeply",
                        encode("{\"a\":".repeat(1500)) + ".AAAA.AAAA",
                        "a header of more than"),
                new Case("deeply nested", signed(ana, HEADER, "{\"x\":" + "[".repeat(8000)), "offer"),
                new Case(
                        "no endpoint",
                        signed(ana, HEADER, payload.replace("endpoint", "end")),
                        "'endpoint' is missing"),
                new Case("a port out of range", signed(ana, HEADER, payload.replace("51820", "70000")), "70000"),
                new Case(
                        "a number too large",
                        signed(ana, HEADER, payload.replace("51820", "99999999999999999999")),
                        "offer"),
                new Case(
                        "a negative bandwidth",
                        signed(ana, HEADER, payload.replace(":100", ":-1")),
                        "bandwidth_mbps -1"),
                terms("a cost below nothing", payload, "\"cost\":-1", "cost -1"),
                terms("a quota below nothing", payload, "\"quota_left_mb\":-1", "quota_left_mb -1"),
                terms("an ISP that is null", payload, "\"isp\":[null]", "'isp' is missing"),
                terms("too many ISPs", payload, "\"isp\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "5 marks of an ISP"),
                terms("an ISP with a line's end", payload, "\"isp\":[\"a\\nb\"]", "printable characters"),
                terms("more consumers than slots", payload, "\"consumers\":2,\"slots\":1", "2 consumers of 1 slots"),
                terms(
                        "busier than it can be",
                        payload,
                        "\"consumers\":1,\"slots\":1,\"busy_percent\":101",
                        "busy_percent 101"),
                endpoints("nine endpoints", payload, "v4 h:1\",\"".repeat(8) + "v4 h:1", "9 endpoints; at most 8"),
                endpoints("an endpoint without kind", payload, "192.0.2.1:1", "KIND HOST:PORT"),
                endpoints("an endpoint on loopback", payload, "v4 127.0.0.1:1", "not of kind v4"),
                endpoints("an endpoint that is many hosts", payload, "v6 [ff02::1]:1", "not of kind v6"),
                endpoints("an endpoint of the other family", payload, "v6 192.0.2.1:1", "not of kind v6"),
                endpoints("a LAN by name", payload, "lan home.example.com:1", "literal"),
                endpoints("a name of 300 characters", payload, "v4 " + "h".repeat(300) + ":1", "hhhh"),
                endpoints("an endpoint with port 0", payload, "v4 192.0.2.1:0", "port 0"),
                new Case(
                        "endpoints that are no list",
                        signed(ana, HEADER, payload.replace("}}", "},\"endpoints\":7}")),
                        "offer"),
                new Case(
                        "an endpoint that is null",
                        signed(ana, HEADER, payload.replace("}}", "},\"endpoints\":[null]}")),
                        "null"),
                new Case("a sequence of 0", signed(ana, HEADER, payload.replace(":7,", ":0,")), "sequence 0"),
                new Case("a long reason", signed(ana, HEADER, payload.replace("borrowing", "x".repeat(201))), "reason"),
                new Case(
                        "a local time",
                        signed(ana, HEADER, payload.replace("12:00:00Z", "12:00:00+01:00")),
                        "timestamp"),
                new Case(
                        "a day that is none",
                        signed(ana, HEADER, payload.replace("02-28T12:00", "02-30T12:00")),
                        "offer"),
                new Case(
                        "another type",
                        signed(ana, HEADER, payload.replace("uplink_offer", "downlink")),
                        "uplink_offer"));
    }

    @Test
    void whatIsNoDocumentIsNeverQuoted() {
        String key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n";
        assertThatThrownBy(() -> JoinDocument.verify(key))
                .isInstanceOf(DocumentException.class)
                .hasMessageNotContaining("MC4");
    }

    @ParameterizedTest
    @MethodSource
    void refused(Case row) {
        assertThatThrownBy(() -> Documents.verifyOffer(row.jws(), roster))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining(row.why())
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250));
    }

    @Test
    void nobodySignsForAnother() {
        assertThatThrownBy(() -> new Documents(ana).sign(offer(bob)))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining("cannot be signed by 'ana'");
    }

    @Test
    void aJoinDocumentProvesItsOwnKeyOnly() throws Exception {
        String jws = JoinDocument.write(eve, NOW);
        assertThat(JoinDocument.verify(jws + "\n").key()).isEqualTo(eve.key());
        String claim = payload(jws);
        String header = HEADER.replace("offer", "node").replace("ana", "eve");
        String stolen =
                signed(eve, header, claim.replace(eve.key().text(), ana.key().text()));
        assertThatThrownBy(() -> JoinDocument.verify(stolen)).hasMessageContaining("signature");
        String renamed = signed(eve, header, claim.replace("\"eve\"", "\"ana\""));
        assertThatThrownBy(() -> JoinDocument.verify(renamed)).hasMessageContaining("'peer_id' is 'ana'");
    }

    private static String signed(Identity by, String header, String payload) {
        String input = encode(header) + "." + encode(payload);
        return input + "." + encode(by.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String hs256(String payload) throws Exception {
        String input = encode(HEADER.replace("EdDSA", "HS256")) + "." + encode(payload);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(ana.key().bytes(), "HmacSHA256"));
        return input + "." + encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String payload(String jws) {
        String part = jws.substring(jws.indexOf('.') + 1, jws.lastIndexOf('.'));
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }
}
