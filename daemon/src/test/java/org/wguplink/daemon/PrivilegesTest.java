package org.wguplink.daemon;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
    private static final String STATUS =
            "Name:\tjava\nCapPrm:\t000001ffffffffff\nCapEff:\t%s\nCapBnd:\t0000000000000000\n";

    @Test
    void rootHasAll() {
        assertThatCode(() -> Privileges.require(STATUS.formatted("000001ffffffffff")))
                .doesNotThrowAnyException();
    }

    @Test
    void bothCapabilitiesAreEnough() {
        assertThatCode(() -> Privileges.require(STATUS.formatted("0000000000003000")))
                .doesNotThrowAnyException();
    }

    @Test
    void aUserIsToldWhatIsMissing() {
        assertThatThrownBy(() -> Privileges.require(STATUS.formatted("0000000000000000")))
                .isInstanceOf(IOException.class)
                .hasMessage("found no CAP_NET_ADMIN; expected to be started by root,"
                        + " or with CAP_NET_ADMIN and CAP_NET_RAW");
        assertThatThrownBy(() -> Privileges.require(STATUS.formatted("0000000000001000")))
                .hasMessageStartingWith("found no CAP_NET_RAW");
    }
}
