package org.wguplink.core.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageAnswerTest {
    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 204 No Content, EXPECTED",
        "HTTP/1.0 204, EXPECTED",
        "HTTP/1.1 200 OK, PORTAL",
        "HTTP/1.1 302 Found, PORTAL",
        "HTTP/1.1 307 , PORTAL",
        "HTTP/1.1 511 Network Authentication Required, PORTAL",
        // the server's own trouble
        "HTTP/1.1 404 Not Found, UNCLEAR",
        "HTTP/1.1 429 Too Many Requests, UNCLEAR",
        "HTTP/1.1 500 Internal Server Error, UNCLEAR",
        "HTTP/1.1 100 Continue, UNCLEAR",
        "HTTP/2 200, UNCLEAR",
        "HTTP/1.1 2040 No, UNCLEAR",
        "220 mail.example.com ESMTP, UNCLEAR"
    })
    void theStatusLineTells(String line, PageAnswer answer) {
        assertThat(PageAnswer.of(line + "\r\nDate: today\r\n", false)).contains(answer);
        assertThat(PageAnswer.of(line + "\n", true)).contains(answer);
    }

    @Test
    void halfALineIsWaitedForAndTellsNothingAtTheEnd() {
        assertThat(PageAnswer.of("", false)).isEmpty();
        assertThat(PageAnswer.of("HTTP/1.1 302 Fou", false)).isEmpty();
        assertThat(PageAnswer.of("HTTP/1.1 302 Fou", true)).contains(PageAnswer.UNCLEAR);
        assertThat(PageAnswer.of("", true)).contains(PageAnswer.UNCLEAR);
    }
}
