package org.wguplink.daemon.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.wguplink.core.endpoint.EndpointKind;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.lease.TunnelAddresses;
import org.wguplink.core.net.Addresses;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.time.MonoTime;
import org.wguplink.daemon.loop.EventLoop;

/** What a lease asks of its provider, and what it makes of the answers; the test is the provider. */
class UplinkLeaseTest {
    private static final PeerId ANA = new PeerId("ana");
    private static final WireGuardKey OLD_KEY = key(1);
    private static final WireGuardKey NEW_KEY = key(2);
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private record Question(
            WireGuardKey key, Optional<EndpointKind> call, Consumer<LeaseAnswer> answer, Consumer<String> failure) {}

    private final List<Question> questions = new ArrayList<>();
    private final List<WireGuardKey> released = new ArrayList<>();
    private final List<WireGuardKey> givenBack = new ArrayList<>();
    private final List<String> session = new ArrayList<>();
    private List<InetNetwork> inUse = List.of();

    private final UplinkLease lease = new UplinkLease(
            new UplinkLease.Office() {
                @Override
                public void request(
                        PeerId provider,
                        String device,
                        UplinkTunnel.Prepared own,
                        int mtu,
                        Optional<EndpointKind> call,
                        Consumer<LeaseAnswer> answered,
                        Consumer<String> failed) {
                    questions.add(new Question(own.key(), call, answered, failed));
                }

                @Override
                public void release(PeerId provider, WireGuardKey key) {
                    released.add(key);
                }

                @Override
                public void giveBack(Grant unwanted, WireGuardKey key) {
                    givenBack.add(key);
                }

                @Override
                public List<InetNetwork> prefixesBut(String device) {
                    return inUse;
                }
            },
            ANA,
            "wgup-ana",
            Duration.ofMinutes(1),
            new UplinkLease.Session() {
                @Override
                public void open() {
                    session.add("open");
                }

                @Override
                public void leased(Grant grant, boolean sameTunnel) {
                    session.add(sameTunnel ? "renewed" : "leased");
                }

                @Override
                public void unleased(MonoTime now) {
                    session.add("unleased");
                }

                @Override
                public int mtu() {
                    return 1420;
                }
            });

    @Test
    void isRenewedAtHalfItsLife() {
        leased();
        MonoTime now = EventLoop.now();
        lease.tick(false, now.plus(LIFETIME.dividedBy(3)));
        assertThat(questions).hasSize(1);
        lease.tick(false, now.plus(LIFETIME.dividedBy(2)));
        assertThat(questions).hasSize(2);
        questions.getLast().answer.accept(grant());
        assertThat(session).containsExactly("leased", "renewed");
    }

    @Test
    void holdsWhenItsRenewalIsRefusedAndEndsWhenItsTimeIsOverAndNothingComesThroughIt() {
        leased();
        MonoTime end = EventLoop.now().plus(LIFETIME);
        lease.renew(Optional.empty());
        questions.getLast().answer.accept(new Refusal(ANA, new PeerId("self"), "n".repeat(22), "full"));
        assertThat(lease.grant()).isPresent();
        lease.tick(true, end);
        assertThat(lease.grant()).isPresent();
        lease.tick(false, end.plus(Duration.ofMinutes(1)));
        assertThat(lease.grant()).isEmpty();
        assertThat(lease.trouble()).contains("the lease has expired");
    }

    @Test
    void whatIsGrantedAfterTheEndIsGivenBack() {
        prepare(OLD_KEY);
        lease.close();
        questions.getLast().answer.accept(grant());
        assertThat(givenBack).containsExactly(OLD_KEY);
        assertThat(session).isEmpty();
    }

    @Test
    void addressesThatAreInUseHereAreGivenBack() {
        inUse = List.of(InetNetwork.parse("10.210.0.0/16"));
        prepare(OLD_KEY);
        questions.getLast().answer.accept(grant());
        assertThat(released).containsExactly(OLD_KEY);
        assertThat(lease.trouble()).contains("its addresses collide with 10.210.0.0/16, which is in use here");
    }

    @Test
    void theAnswerToAQuestionOfAnInterfaceThatIsGoneIsNotTaken() {
        prepare(OLD_KEY);
        Question old = questions.getLast();
        prepare(NEW_KEY);
        old.answer.accept(grant());
        assertThat(lease.grant()).isEmpty();
        old.failure.accept("no answer");
        assertThat(lease.trouble()).isEmpty();
        questions.getLast().answer.accept(grant());
        assertThat(lease.grant()).isPresent();
    }

    @Test
    void aCallThatMeetsARenewalFollowsIt() {
        leased();
        lease.renew(Optional.empty());
        lease.renew(Optional.of(EndpointKind.V4));
        assertThat(questions).hasSize(2);
        questions.getLast().answer.accept(grant());
        assertThat(questions).hasSize(3);
        assertThat(questions.getLast().call).contains(EndpointKind.V4);
        questions.getLast().answer.accept(grant());
        assertThat(questions).hasSize(3);
    }

    @Test
    void theLeaseIsGivenBackAtTheEnd() {
        leased();
        lease.close();
        assertThat(released).containsExactly(OLD_KEY);
    }

    @Test
    void aLeaseThatCouldNotBeUsedIsGivenBackAtTheEndToo() {
        leased();
        lease.pauseBecause("the interface could not be led", EventLoop.now());
        lease.close();
        assertThat(released).containsExactly(OLD_KEY);
    }

    @Test
    void aLeaseOfWhichNothingWasHeardIsGivenBackAtTheEnd() {
        prepare(OLD_KEY);
        questions.getLast().failure.accept("no answer");
        lease.close();
        assertThat(released).containsExactly(OLD_KEY);
    }

    @Test
    void whatWasRefusedIsNotGivenBack() {
        prepare(OLD_KEY);
        questions.getLast().answer.accept(new Refusal(ANA, new PeerId("self"), "n".repeat(22), "full"));
        lease.close();
        assertThat(released).isEmpty();
    }

    private void leased() {
        prepare(OLD_KEY);
        questions.getLast().answer.accept(grant());
        assertThat(lease.grant()).isPresent();
    }

    private void prepare(WireGuardKey key) {
        lease.opening();
        lease.prepared(new UplinkTunnel.Prepared(key, 51820, false));
        lease.ask(Optional.empty());
    }

    private static Grant grant() {
        return new Grant(
                ANA,
                new PeerId("self"),
                "n".repeat(22),
                key(9),
                Endpoint.parse("192.0.2.1:51820"),
                new TunnelAddresses(
                        Addresses.parse("10.210.7.2"),
                        Addresses.parse("fd10:210::2"),
                        Addresses.parse("10.210.7.1"),
                        Addresses.parse("fd10:210::1")),
                1420,
                LIFETIME);
    }

    private static WireGuardKey key(int n) {
        byte[] bytes = new byte[WireGuardKey.LENGTH];
        bytes[0] = (byte) n;
        return WireGuardKey.of(bytes);
    }
}
