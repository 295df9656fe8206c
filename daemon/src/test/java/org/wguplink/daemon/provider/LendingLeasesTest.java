package org.wguplink.daemon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.wguplink.core.endpoint.TypedEndpoint;
import org.wguplink.core.lease.LeaseAnswer;
import org.wguplink.core.lease.LeaseAnswer.Grant;
import org.wguplink.core.lease.LeaseAnswer.Refusal;
import org.wguplink.core.lease.LeaseRelease;
import org.wguplink.core.lease.LeaseRequest;
import org.wguplink.core.net.InetNetwork;
import org.wguplink.core.peer.PeerId;
import org.wguplink.core.tunnel.TunnelName;
import org.wguplink.daemon.loop.EventLoop;
import org.wguplink.daemon.provider.LeaseBook.Held;

/** Who gets which lease, and when it ends. */
class LendingLeasesTest extends LendingFixture {
    @Test
    void everyConsumerHasAddressesOfItsOwnThatAvoidWhatItUses() throws Exception {
        Grant ana = granted(request(ANA, 1, "10.0.0.0/8"));
        Grant bob = granted(request(BOB, 2, "10.0.0.0/8"));
        assertThat(ana.addresses().consumer4()).isNotEqualTo(bob.addresses().consumer4());
        assertThat(ana.addresses().consumer6()).isNotEqualTo(bob.addresses().consumer6());
        assertThat(InetNetwork.parse("10.0.0.0/8").contains(ana.addresses().consumer4()))
                .isFalse();
        assertThat(consumersServed()).hasSize(2);
    }

    @Test
    void aRenewalKeepsTheAddressesAndIsGrantedAlsoWhileTheWanIsDown() throws Exception {
        Grant first = granted(request(ANA, 1));
        loop.call(() -> {
            lending.considered(Optional.of("its WAN is down"), Duration.ZERO, EventLoop.now());
            return true;
        });
        assertThat(granted(request(ANA, 1)).addresses()).isEqualTo(first.addresses());
        assertThat(ask(request(BOB, 2))).isInstanceOf(Refusal.class);
    }

    @Test
    void addressesThatCollideNowAreExchangedAtRenewal() throws Exception {
        Grant first = granted(request(ANA, 1));
        Grant second = granted(request(ANA, 1, first.addresses().consumer4().getHostAddress() + "/32"));
        assertThat(second.addresses().consumer4())
                .isNotEqualTo(first.addresses().consumer4());
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void theTunnelKeyOfAnotherConsumerIsRefused() throws Exception {
        granted(request(ANA, 1));
        assertThat(ask(request(BOB, 1))).isInstanceOf(Refusal.class);
        assertThat(lending.leases()).hasSize(1);
    }

    @Test
    void aTunnelThatCouldNotBeMadeLeavesNoLeaseAndTheNextRequestMakesIt() throws Exception {
        tunnels.broken(true);
        assertThat(ask(request(ANA, 1))).isInstanceOf(Refusal.class);
        assertThat(lending.leases()).isEmpty();
        tunnels.broken(false);
        granted(request(ANA, 1));
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void aReleaseByTheHolderEndsTheLeaseAndByAnotherKeyDoesNot() throws Exception {
        granted(request(ANA, 1));
        release(ANA, 2);
        assertThat(lending.leases()).hasSize(1);
        release(ANA, 1);
        assertThat(lending.leases()).isEmpty();
        assertThat(consumersServed()).isEmpty();
    }

    @Test
    void whoLeavesTheRosterIsServedNoMore() throws Exception {
        granted(request(ANA, 1));
        granted(request(BOB, 2));
        loop.call(() -> {
            lending.trust(Set.of(BOB));
            return true;
        });
        loop.settle();
        assertThat(lending.leases()).extracting(LeaseBook.Held::consumer).containsExactly(BOB);
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void anInterfaceThatVanishesIsMadeAgainWithItsConsumers() throws Exception {
        observe(SERVED);
        granted(request(ANA, 1));
        tunnels.remove(TunnelName.SERVED);
        observe();
        loop.call(() -> {
            lending.considered(Optional.empty(), Duration.ZERO, EventLoop.now());
            return true;
        });
        loop.settle();
        assertThat(consumersServed()).hasSize(1);
    }

    @Test
    void withoutAPacketFilterNobodyIsServed() throws Exception {
        bounded = false;
        assertThat(ask(request(ANA, 1))).isInstanceOf(Refusal.class);
        assertThat(lending.leases()).isEmpty();
        assertThat(consumersServed()).isEmpty();
        assertThat(lending.available()).isFalse();
    }

    @Test
    void whoIsNotInTheRosterIsRefused() throws Exception {
        assertThat(ask(request(new PeerId("mallory"), 3))).isInstanceOf(Refusal.class);
    }

    @Test
    void aConsumerThatAsksToBeCalledIsCalledThereWithTheLeaseThatItHas() throws Exception {
        at("192.0.2.7");
        Grant first = granted(request(ANA, 1));
        assertThat(granted(calling("v4 198.51.100.3:51820")).addresses()).isEqualTo(first.addresses());
        assertThat(tunnels.renewed())
                .extracting(peer -> peer.endpoint().orElseThrow().toString())
                .containsExactly("198.51.100.3:51820");
        // this node itself, and nowhere
        granted(calling("v4 192.0.2.7:51820"));
        granted(calling("v6 [2001:db8::9]:51820"));
        assertThat(tunnels.renewed()).hasSize(1);
    }

    @Test
    void aConsumerThatSaysWhatFitsIsGrantedThatAndReachedWithIt() throws Exception {
        at("192.0.2.7");
        granted(request(ANA, 1));
        assertThat(loop.call(lending::narrow)).isEmpty();
        Grant grant = granted(calling("v4 198.51.100.3:51820"));
        assertThat(grant.mtu()).isEqualTo(1340);
        assertThat(loop.call(lending::narrow))
                .containsOnly(
                        Map.entry(grant.addresses().consumer4(), 1340),
                        Map.entry(grant.addresses().consumer6(), 1340));
    }

    @Test
    void theSmallerOfTheTwoUnderlaysDecidesAndARenewalMaySayAnother() throws Exception {
        onMtu("192.0.2.7", 1500);
        assertThat(granted(calling("v4 198.51.100.3:51820")).mtu()).isEqualTo(1340);
        // one that says nothing has as much room as the provider's own line
        assertThat(granted(request(ANA, 1)).mtu()).isEqualTo(1420);
        assertThat(loop.call(lending::narrow)).isEmpty();
        onMtu("192.0.2.7", 1400);
        Grant grant = granted(calling("v4 198.51.100.3:51820"));
        assertThat(grant.mtu()).isEqualTo(1320);
        assertThat(loop.call(lending::narrow)).containsEntry(grant.addresses().consumer6(), 1320);
    }

    /** With room for 1340 bytes. */
    private LeaseRequest calling(String endpoint) {
        TypedEndpoint typed = TypedEndpoint.parse(endpoint).orElseThrow();
        LeaseRequest plain = request(ANA, 1);
        return new LeaseRequest(
                plain.consumer(),
                plain.provider(),
                plain.nonce(),
                plain.issuedAt(),
                plain.tunnelKey(),
                plain.endpoint(),
                plain.prefixes(),
                List.of(typed),
                Optional.of(typed.endpoint()),
                Optional.of(1340));
    }

    private void release(PeerId consumer, int key) throws Exception {
        loop.call(() -> {
            lending.released(new LeaseRelease(consumer, SELF, "n".repeat(22), Instant.now(), key(key)));
            return true;
        });
        loop.settle();
    }

    @Test
    void twoRequestsAtATimeAreBothRefusedWhenTheTunnelCannotBeMade() throws Exception {
        tunnels.broken(true);
        assertThat(askAtATime(request(ANA, 1), request(ANA, 1))).hasOnlyElementsOfType(Refusal.class);
        assertThat(lending.leases()).isEmpty();
    }

    @Test
    void twoRequestsAtATimeThatFailLeaveTheLeaseThatWasServedBefore() throws Exception {
        granted(request(ANA, 1));
        tunnels.broken(true);
        assertThat(askAtATime(request(ANA, 2), request(ANA, 2))).hasOnlyElementsOfType(Refusal.class);
        assertThat(lending.leases()).extracting(Held::key).containsExactly(key(1));
    }

    @Test
    void theSecondOfTwoRequestsAtATimeFailsWithoutTheFirst() throws Exception {
        tunnels.brokenAfter(1);
        List<LeaseAnswer> answers = askAtATime(request(ANA, 1), request(ANA, 2));
        assertThat(answers.getFirst()).isInstanceOf(Grant.class);
        assertThat(answers.getLast()).isInstanceOf(Refusal.class);
        assertThat(lending.leases()).extracting(Held::key).containsExactly(key(1));
    }

    @Test
    void aLeaseThatIsGivenBackWhileItIsMadeIsNotRestored() throws Exception {
        granted(request(ANA, 1));
        tunnels.broken(true);
        loop.call(() -> {
            lending.requested(request(ANA, 2), answer -> {});
            lending.released(new LeaseRelease(ANA, SELF, "n".repeat(22), Instant.now(), key(2)));
            lending.requested(request(ANA, 3), answer -> {});
            return true;
        });
        loop.settle();
        loop.settle();
        assertThat(lending.leases()).isEmpty();
    }

    @Test
    void aLeaseThatIsGivenBackWhileItIsMadeDoesNotComeBackWhenTheNextRequestFails() throws Exception {
        tunnels.brokenAfter(2); // the first tunnel, and the interface without it
        loop.call(() -> {
            lending.requested(request(ANA, 1), answer -> {});
            lending.released(new LeaseRelease(ANA, SELF, "n".repeat(22), Instant.now(), key(1)));
            lending.requested(request(ANA, 2), answer -> {});
            return true;
        });
        loop.settle();
        loop.settle();
        assertThat(lending.leases()).isEmpty();
    }

    /** The second is there before the tunnel of the first is made. */
    private List<LeaseAnswer> askAtATime(LeaseRequest first, LeaseRequest second) throws Exception {
        var answers = new CopyOnWriteArrayList<LeaseAnswer>();
        loop.call(() -> {
            lending.requested(first, answers::add);
            lending.requested(second, answers::add);
            return true;
        });
        // one after the other
        loop.settle();
        loop.settle();
        assertThat(answers).hasSize(2);
        return answers;
    }
}
