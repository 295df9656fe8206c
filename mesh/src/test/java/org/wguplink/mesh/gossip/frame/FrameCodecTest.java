package org.wguplink.mesh.gossip.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.PingSamples;
import io.scalecube.cluster.gossip.GossipSamples;
import io.scalecube.cluster.membership.MembershipSamples;
import io.scalecube.cluster.metadata.MetadataCodec;
import io.scalecube.cluster.metadata.MetadataSamples;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.MessageCodec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.mesh.document.DocumentType;

class FrameCodecTest {
    private static final Member ANA = new Member("id-1", "ana", "192.0.2.1:7946", MemberFields.NAMESPACE);
    private static final Member BOB = new Member("id-2", "bob", "2001:db8:0:0:0:0:0:1:7946", MemberFields.NAMESPACE);
    private static final String LONGEST_ADDRESS = "2001:db80:ffff:ffff:ffff:ffff:ffff:ffff:65535";
    private static final String SENDER = "127.0.0.1:7946";

    static Stream<Message> everyMessage() {
        return Stream.of(
                        PingSamples.messages(ANA, BOB),
                        GossipSamples.messages(List.of(
                                Message.withQualifier("wgu/offer").data("a.b.c").build(),
                                MembershipSamples.gossip(BOB))),
                        MembershipSamples.messages(ANA, BOB),
                        MetadataSamples.messages(ANA),
                        Stream.of("wgu/lease-request", "wgu/lease-answer", "wgu/lease-release")
                                .map(qualifier -> Message.withQualifier(qualifier)
                                        .data("a.b.c")
                                        .build()))
                .flatMap(messages -> messages)
                .map(message ->
                        Message.with(message).sender(SENDER).correlationId("42").build());
    }

    @ParameterizedTest
    @MethodSource
    void everyMessage(Message message) throws Exception {
        Message back = FrameCodec.decode(FrameCodec.encode(message));
        assertThat(back.headers()).isEqualTo(message.headers());
        Object data = back.data();
        assertThat(data).usingRecursiveComparison().isEqualTo(message.data());
        var stream = new ByteArrayOutputStream();
        new FrameCodec().serialize(message, stream);
        assertThat(new FrameCodec()
                        .deserialize(new ByteArrayInputStream(stream.toByteArray()))
                        .toString())
                .isEqualTo(back.toString());
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void aFrameCutShortOrTooLongIsRefused(Message message) throws Exception {
        byte[] frame = FrameCodec.encode(message);
        for (int length = 0; length < frame.length; length++) {
            byte[] part = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> FrameCodec.decode(part)).isInstanceOf(FrameException.class);
        }
        assertThatThrownBy(() -> FrameCodec.decode(Arrays.copyOf(frame, frame.length + 1)))
                .isInstanceOf(FrameException.class);
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void aDamagedFrameIsReadOrRefusedAndNothingElse(Message message) throws Exception {
        byte[] frame = FrameCodec.encode(message);
        var random = new Random(20260228);
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = frame.clone();
            damaged[random.nextInt(frame.length)] = (byte) random.nextInt(256);
            try {
                FrameCodec.decode(damaged);
            } catch (FrameException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void kindsOutOfPlaceAndForeignQualifiersAreRefused() {
        Message offerAlone =
                Message.withQualifier("wgu/offer").data("x").sender(SENDER).build();
        assertThatThrownBy(() -> FrameCodec.encode(offerAlone)).isInstanceOf(FrameException.class);
        Message foreign = Message.withQualifier("evil").data("x").sender(SENDER).build();
        assertThatThrownBy(() -> FrameCodec.encode(foreign)).hasMessageContaining("evil");
        assertThatThrownBy(() -> FrameCodec.decode(new byte[] {1, 17})).hasMessageContaining("outside of a gossip");
        assertThatThrownBy(() -> FrameCodec.decode(new byte[] {1, 99})).hasMessageContaining("unknown kind 99");
        assertThatThrownBy(() -> FrameCodec.decode(new byte[] {2, 1})).hasMessageContaining("version 2");
        assertThatThrownBy(() -> FrameCodec.decode(new byte[FrameCodec.MAX_FRAME + 1]))
                .isInstanceOf(FrameException.class);
        String tooLong = "x".repeat(DocumentType.MAX_MESSAGE + 1);
        Message large = Message.withQualifier("wgu/lease-answer")
                .data(tooLong)
                .sender(SENDER)
                .build();
        assertThatThrownBy(() -> FrameCodec.encode(large)).isInstanceOf(FrameException.class);
    }

    @Test
    void aFrameIsSixteenKibibytesWithItsLength() {
        assertThat(Integer.BYTES + FrameCodec.MAX_FRAME).isEqualTo(16_384);
    }

    @Test
    void theLongestDocumentFitsTheLongestEnvelope() throws Exception {
        String document = "x".repeat(DocumentType.MAX_MESSAGE);
        Message offer = Message.withQualifier("wgu/offer").data(document).build();
        Message request =
                Message.withQualifier("wgu/lease-request").data(document).build();
        for (Message message : List.of(GossipSamples.longest(offer, "i".repeat(36)), request)) {
            byte[] frame = FrameCodec.encode(Message.with(message)
                    .sender(LONGEST_ADDRESS)
                    .correlationId("c".repeat(64))
                    .build());
            assertThat(frame).hasSizeBetween(DocumentType.MAX_MESSAGE, FrameCodec.MAX_FRAME);
            assertThat(FrameCodec.decode(frame).<Object>data())
                    .usingRecursiveComparison()
                    .isEqualTo(message.data());
        }
    }

    @Test
    void theMembershipOfAHundredFitsWhateverTheirNames() throws Exception {
        Message usual = sync(members(100, "node%03d", "10.1.0.7:7946"));
        Message longest = sync(members(100, "n".repeat(60) + "%03d", LONGEST_ADDRESS));
        System.out.println("MEASURED a sync of 100 members, in bytes: " + FrameCodec.encode(usual).length + ", at most "
                + FrameCodec.encode(longest).length);
        assertThat(MembershipSamples.aliases(FrameCodec.decode(FrameCodec.encode(longest))))
                .hasSize(100);
    }

    /** Each sync has another hundred of them, and whoever is suspected is in each, to hear of it and refute. */
    @Test
    void aLargerMembershipIsToldInSeveralSyncs() throws Exception {
        Message sync = sync(members(300, "n".repeat(60) + "%03d", LONGEST_ADDRESS));
        var told = new HashSet<String>();
        for (int i = 0; i < 50; i++) {
            Set<String> now = MembershipSamples.aliases(FrameCodec.decode(FrameCodec.encode(sync)));
            assertThat(now).hasSize(100).contains("suspect " + "n".repeat(60) + "299");
            told.addAll(now);
        }
        assertThat(told).hasSize(300);
    }

    @Test
    void aGossipTravelsAlone() {
        Message two = GossipSamples.several(
                Message.withQualifier("wgu/offer").data("x").build());
        assertThatThrownBy(() -> FrameCodec.encode(two)).hasMessageContaining("2 gossips");
    }

    private static Message sync(List<Member> members) {
        return Message.with(MembershipSamples.table(members))
                .sender(LONGEST_ADDRESS)
                .correlationId("c".repeat(64))
                .build();
    }

    private static List<Member> members(int count, String names, String address) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Member("%036d".formatted(i), names.formatted(i), address, MemberFields.NAMESPACE))
                .toList();
    }

    @Test
    void aSenderIsALiteralAddress() throws Exception {
        for (String sender :
                List.of("evil.example.com:80", "0.0.0.0:80", "224.0.0.1:80", "127.0.0.1:0", "127.0.0.1", "::1")) {
            Message message = Message.withQualifier("wgu/lease-answer")
                    .data("x")
                    .sender(sender)
                    .build();
            byte[] frame = FrameCodec.encode(message);
            assertThatThrownBy(() -> FrameCodec.decode(frame)).isInstanceOf(FrameException.class);
        }
    }

    @Test
    void serializedJavaIsNoFrame() throws Exception {
        var stream = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(stream)) {
            out.writeObject(Message.withQualifier("sc/fdetector/ping").data("x").build());
        }
        assertThatThrownBy(() -> new FrameCodec().deserialize(new ByteArrayInputStream(stream.toByteArray())))
                .isInstanceOf(FrameException.class);
        byte[] text = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> FrameCodec.decode(text)).isInstanceOf(FrameException.class);
    }

    /** ScaleCube takes what {@code ServiceLoader} finds, and Java deserialization only when that is nothing. */
    @Test
    void scaleCubeFindsOurCodecs() {
        assertThat(MessageCodec.INSTANCE).isInstanceOf(FrameCodec.class);
        assertThat(MetadataCodec.INSTANCE).isInstanceOf(NoMetadata.class);
    }
}
