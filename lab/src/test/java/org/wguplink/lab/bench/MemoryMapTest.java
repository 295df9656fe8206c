package org.wguplink.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryMapTest {
    @Test
    void everyMappingCountsOnceByWhatItIsThereFor() {
        String smaps = """
                9e001000-9f941000 rw-p 00001000 fe:01 1063 /opt/lib/uplinkd.aot
                Size:              25856 kB
                Rss:               25832 kB
                fc000000-fc2a0000 rw-p 00000000 00:00 0
                Rss:                2688 kB
                7fac1d000000-7fac1d440000 rwxp 00000000 00:00 0
                Rss:                3744 kB
                7fac20000000-7fac206c6000 rw-p 00000000 00:00 0
                Rss:                4488 kB
                7fac26a00000-7fac26ce3000 r--p 00000000 fe:01 1070    /opt/lib/server/libjvm.so
                Rss:                2956 kB
                7fac283d5000-7fac2852b000 r-xp 00026000 fe:01 99 /usr/lib/libc.so.6
                Rss:                1304 kB
                7ffd4fd51000-7ffd4fd72000 rw-p 00000000 00:00 0          [stack]
                Rss:                  20 kB
                """;
        assertThat(MemoryMap.parse(smaps).values()).containsExactly(25832L, 2688L, 3744L, 2956L, 1304L, 4508L);
    }
}
