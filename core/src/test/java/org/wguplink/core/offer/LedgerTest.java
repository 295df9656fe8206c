package org.wguplink.core.offer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wguplink.core.net.Endpoint;
import org.wguplink.core.net.WireGuardKey;
import org.wguplink.core.offer.Ledger.Outcome;
import org.wguplink.core.peer.PeerId;

class LedgerTest {
    private static final Instant NOW = Instant.parse("2026-02-28T12:00:00Z");

    record Case(String name, Offer offer, String outcome) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("a newer one is taken", offer(6, NOW, NOW.plusSeconds(60)), "Accepted"),
                new Case("the same again is known", offer(5, NOW, NOW.plusSeconds(60)), "Known"),
                new Case("an older one is a replay", offer(4, NOW, NOW.plusSeconds(60)), "Refused"),
                new Case(
                        "the same sequence with other words is a replay",
                        offer(5, NOW, NOW.plusSeconds(90)),
                        "Refused"),
                new Case("expired", offer(6, NOW.minusSeconds(90), NOW), "Refused"),
                new Case(
                        "a clock two minutes ahead is borne",
                        offer(6, NOW.plusSeconds(120), NOW.plusSeconds(200)),
                        "Accepted"),
                new Case("the future", offer(6, NOW.plusSeconds(121), NOW.plusSeconds(200)), "Refused"),
                new Case("valid for too long", offer(6, NOW, NOW.plusSeconds(3601)), "Refused"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void judges(Case c) {
        Ledger ledger = accepted(Ledger.EMPTY, offer(5, NOW, NOW.plusSeconds(60)), NOW);
        assertThat(ledger.present(c.offer, NOW).getClass().getSimpleName()).isEqualTo(c.outcome);
    }

    @Test
    void anExpiredOfferCannotBePlayedAgainLater() {
        Offer old = offer(5, NOW, NOW.plusSeconds(60));
        Ledger ledger = accepted(Ledger.EMPTY, offer(7, NOW, NOW.plusSeconds(30)), NOW);
        Instant later = NOW.plus(Duration.ofSeconds(40));
        assertThat(ledger.of(old.peerId())).isPresent();
        assertThat(ledger.present(old, later)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void whoLeavesTheRosterIsForgotten() {
        Ledger ledger = accepted(Ledger.EMPTY, offer(5, NOW, NOW.plusSeconds(60)), NOW);
        assertThat(ledger.retain(List.of()).offers()).isEmpty();
    }

    private static Ledger accepted(Ledger ledger, Offer offer, Instant now) {
        return ((Outcome.Accepted) ledger.present(offer, now)).ledger();
    }

    private static Offer offer(long sequence, Instant from, Instant to) {
        return new Offer(
                new PeerId("nodeA"),
                sequence,
                from,
                to,
                new Capabilities(100, 20, WanType.FIBER, true),
                "",
                Endpoint.parse("10.250.0.1:51820"),
                WireGuardKey.of(new byte[32]));
    }
}
