package org.wguplink.linux.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OsExceptionTest {
    @Test
    void namesTheOperationTheSubjectAndTheError() {
        assertThat(new OsException("open", "wan", Errno.ENODEV)).hasMessage("open wan: No such device (ENODEV)");
        assertThat(new OsException("add", "x", Errno.EINVAL, "bad mark"))
                .hasMessage("add x: Invalid argument (EINVAL): bad mark");
    }

    @Test
    void carriesTheErrnoOfTheSameCall() {
        assertThat(Libc.close(-1)).isEqualTo(-9);
        assertThatThrownBy(() -> OsException.check(Libc.socket(-1, 0, 0), "socket", "none"))
                .isInstanceOfSatisfying(
                        OsException.class, e -> assertThat(e.errno()).isEqualTo(97));
    }

    @Test
    void anUnknownNumberHasAText() {
        assertThat(Errno.name(4000)).isEqualTo("errno 4000");
    }
}
