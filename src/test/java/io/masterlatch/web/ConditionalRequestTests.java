package io.masterlatch.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Election;
import io.masterlatch.election.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.ETag;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;

/** What a request says about what its client knows and for how long it waits. */
class ConditionalRequestTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "wait=30 | 30",
                "WAIT=30 | 30",
                "wait = 30 | 30",
                "wait=007 | 7",
                "wait=50 | 50",
                "wait=51 | 50",
                "wait=99999999999999999999999 | 50",
                "wait=1.5 | 2",
                "wait=0.001 | 1",
                "wait=49.9 | 50",
                "wait=50.1 | 50",
                "wait=\"1\" | 1",
                "wait=\"1.5\" | 2",
                "wait = \"10\" ; foo | 10",
                "respond-async, wait=10 | 10",
                "respond-async, wait=\"10\", return=minimal | 10",
                "return=minimal; foo=\"a, wait=3\", wait=10;baz | 10",
                "wait=10, wait=20 | 10",
                "wait=soon, wait=20 | 20",
            })
    void waitsAsLongAsThePreferenceSays(String prefer, int seconds) {
        assertThat(request("Prefer", prefer).seconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "wait",
                "wait=",
                "wait=0",
                "wait=0.0",
                "wait=-1",
                "wait=1.",
                "wait=.5",
                "wait=1e1",
                "wait=soon",
                "wait=\"soon\"",
                "wait=\"10",
                "wait=\" 10\"",
                "wait=10s",
                "waiting=10",
                "foo=\"wait=10",
                "foo=\"\\\", wait=10\"",
                "return=minimal; wait=10",
                "=10"
            })
    void doesNotWaitWhenThePreferenceIsAbsentOrMalformed(String prefer) {
        assertThat(request("Prefer", prefer).seconds()).isZero();
    }

    @Test
    void readsPreferencesInSeveralHeaders() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Prefer", "respond-async");
        request.addHeader("Prefer", "wait=5");

        assertThat(ConditionalRequest.of(request).seconds()).isEqualTo(5);
    }

    @Test
    void survivesALongPreference() {
        assertThat(request("Prefer", "\"" + "a\\\"".repeat(100_000) + "\", wait=5")
                        .seconds())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "W/\"0123456789abcdef\"",
                "\"0123456789abcdef\"",
                "\"other\", W/\"0123456789abcdef\"",
                "W/\"a,b\",\"0123456789abcdef\"",
                // What proxies that compress make of it, inside the quotes or behind them.
                "W/\"0123456789abcdef-gzip\"",
                "\"0123456789abcdef-gzip\"",
                "W/\"0123456789abcdef--br\"",
                "W/\"0123456789abcdef;gzip\"",
                "W/\"0123456789abcdef\"-gzip",
                "\"other-gzip\", W/\"0123456789abcdef-gzip\"",
                "*"
            })
    void knowsWhatItNames(String tags) {
        assertThat(request("If-None-Match", tags).knows(state(true))).isTrue();
        assertThat(request("If-None-Match", tags).isAnsweredBy(state(true))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"other\"",
                "0123456789abcdef",
                "\"89abcdef\"",
                "\"0123456789abcde\"",
                "\"gzip-0123456789abcdef\"",
                "W/\"0123456789ABCDEF\""
            })
    void knowsNothingElse(String tags) {
        assertThat(request("If-None-Match", tags).knows(state(true))).isFalse();
        assertThat(request("If-None-Match", tags).isAnsweredBy(state(true))).isTrue();
    }

    @Test
    void withoutATagIsAnsweredByAMasterOnly() {
        ConditionalRequest request = ConditionalRequest.of(new MockHttpServletRequest());

        assertThat(request.isAnsweredBy(state(true))).isTrue();
        assertThat(request.isAnsweredBy(state(false))).isFalse();
        assertThat(request.knows(state(true))).isFalse();
    }

    @Test
    void anyMasterIsNoneThatIsNotThere() {
        assertThat(request("If-None-Match", "*").knows(state(false))).isFalse();
    }

    private static ConditionalRequest request(String header, String value) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader(header, value);
        return ConditionalRequest.of(request);
    }

    private static Representation state(boolean found) {
        return new Representation(
                new Election("master1.example.com:2223", true, Duration.ofSeconds(3), () -> 1)
                        .snapshot(new ClockReading(0, 0)),
                Role.UNKNOWN,
                null,
                found,
                new ETag("0123456789abcdef", true),
                new Event(new byte[0], ""),
                () -> ResponseEntity.ok().build(),
                () -> ResponseEntity.ok().build());
    }
}
