package org.wguplink.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.wguplink.core.path.PathId;

class RehearsalTest {
    @Test
    void itEndsOnTheUplink() {
        assertThat(Rehearsal.run().active()).isInstanceOf(PathId.Uplink.class);
    }
}
