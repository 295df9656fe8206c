package org.wguplink.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.wguplink.core.health.Quality.Limits;
import org.wguplink.core.net.Addresses;

class QualityTest {
    private static final Limits LIMITS = new Limits(Duration.ofMillis(800), Duration.ofMillis(500), 20, 5);
    private static final Rota ROTA = Rota.of(List.of(Addresses.parse("192.0.2.1"), Addresses.parse("192.0.2.2")));

    @Test
    void aLossMustFallFarBelowWhereItRoseAbove() {
        assertThat(loss(Quality.GOOD, 0.20).complaint()).isEmpty();
        Quality poor = loss(Quality.GOOD, 0.21);
        assertThat(poor.complaint()).contains("loses 21 % of its probes");
        assertThat(loss(poor, 0.06).complaint()).contains("loses 6 % of its probes");
        assertThat(loss(poor, 0.06).isLike(poor)).isTrue();
        assertThat(loss(poor, 0.05)).isEqualTo(Quality.GOOD);
    }

    @Test
    void aLatencyToo() {
        assertThat(latency(Quality.GOOD, 800).complaint()).isEmpty();
        Quality poor = latency(Quality.GOOD, 801);
        assertThat(poor.complaint()).contains("answers after 801 ms");
        assertThat(latency(poor, 501).complaint()).isPresent();
        assertThat(latency(poor, 500)).isEqualTo(Quality.GOOD);
    }

    /** Only a resolver that has answered before is missed: a filter on port 53 is no fault. */
    @Test
    void nameServersThatFallSilentAreAComplaint() {
        Rota rota = ROTA;
        for (int entry = 0; entry < rota.entries().size(); entry++)
            if (rota.probe(entry).method() == Probe.Method.ICMP) rota = rota.answered(entry);
        assertThat(Quality.GOOD.next(learned(0, 10, silenced(rota)), LIMITS)).isEqualTo(Quality.GOOD);
        for (int entry = 0; entry < rota.entries().size(); entry++) rota = rota.answered(entry);
        Rota silent = silenced(rota);
        Quality poor = Quality.GOOD.next(learned(0, 10, silent), LIMITS);
        assertThat(poor.complaint()).contains("gets no answer from name servers");
        Rota closed = silenced(rota, Probe.Method.TCP);
        assertThat(Quality.GOOD.next(learned(0, 10, closed), LIMITS).complaint())
                .contains("takes no connections any more");
        int resolver = silent.entries()
                .indexOf(silent.entries().stream()
                        .filter(e -> e.probe().method() == Probe.Method.DNS)
                        .findFirst()
                        .orElseThrow());
        assertThat(poor.next(learned(0, 10, silent.answered(resolver)), LIMITS)).isEqualTo(Quality.GOOD);
    }

    @Test
    void limitsThatContradictThemselvesAreRefused() {
        assertThatThrownBy(() -> new Limits(Duration.ofMillis(100), Duration.ofMillis(101), 20, 5))
                .hasMessage("recovery_latency 101; expected at most failure_latency, which is 100");
        assertThatThrownBy(() -> new Limits(Duration.ofMillis(100), Duration.ofMillis(100), 20, 21))
                .hasMessage("recovery_loss 21; expected at most failure_loss, which is 20");
    }

    /** One target alone may have died. */
    @Test
    void aMethodThatOneTargetHasAnsweredIsNotMissed() {
        Rota rota = ROTA;
        for (int entry = 0; entry < rota.entries().size(); entry++)
            if (rota.probe(entry).method() != Probe.Method.TCP
                    || rota.probe(entry).target().equals(rota.probe(0).target())) rota = rota.answered(entry);
        assertThat(Quality.GOOD.next(learned(0, 10, silenced(rota, Probe.Method.TCP)), LIMITS))
                .isEqualTo(Quality.GOOD);
    }

    private static Rota silenced(Rota rota) {
        return silenced(rota, Probe.Method.DNS);
    }

    private static Rota silenced(Rota rota, Probe.Method method) {
        Rota silent = rota;
        for (int entry = 0; entry < rota.entries().size(); entry++)
            for (int i = 0; i < 3 && rota.probe(entry).method() == method; i++) silent = silent.missed(entry);
        return silent;
    }

    private static Quality loss(Quality before, double loss) {
        return before.next(learned(loss, 10, ROTA), LIMITS);
    }

    private static Quality latency(Quality before, int ms) {
        return before.next(learned(0, ms, ROTA), LIMITS);
    }

    private static Learned learned(double loss, int ms, Rota rota) {
        return new Learned(RttWindow.EMPTY.with(Duration.ofMillis(ms)), loss, Optional.empty(), rota);
    }
}
