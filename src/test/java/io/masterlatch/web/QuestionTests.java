package io.masterlatch.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Mastership;
import io.masterlatch.election.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;

/** What a request says about what its client knows and for how long it waits. */
class QuestionTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "wait=30 | 30",
                "WAIT=30 | 30",
                "wait = 30 | 30",
                "wait=007 | 7",
                "wait=60 | 60",
                "wait=61 | 60",
                "wait=99999999999999999999999 | 60",
                "respond-async, wait=10 | 10",
                "return=minimal; foo=\"a, wait=3\", wait=10;bar | 10",
                "wait=10, wait=20 | 10",
                "wait=soon, wait=20 | 20",
            })
    void waitsAsLongAsThePreferenceSays(String prefer, int seconds) {
        assertThat(question("Prefer", prefer).seconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "wait",
                "wait=",
                "wait=0",
                "wait=-1",
                "wait=1.5",
                "wait=soon",
                "wait=\"10\"",
                "wait=10s",
                "waiting=10",
                "foo=\"wait=10",
                "foo=\"\\\", wait=10\"",
                "return=minimal; wait=10",
                "=10"
            })
    void doesNotWaitWhenThePreferenceIsAbsentOrMalformed(String prefer) {
        assertThat(question("Prefer", prefer).seconds()).isZero();
    }

    @Test
    void readsPreferencesInSeveralHeaders() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader("Prefer", "respond-async");
        request.addHeader("Prefer", "wait=5");

        assertThat(Question.of(request).seconds()).isEqualTo(5);
    }

    @Test
    void isNotBroughtDownByALongPreference() {
        assertThat(question("Prefer", "\"" + "a\\\"".repeat(100_000) + "\", wait=5")
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
                "*"
            })
    void knowsWhatItNames(String tags) {
        assertThat(question("If-None-Match", tags).knows(report(true))).isTrue();
        assertThat(question("If-None-Match", tags).isAnsweredBy(report(true))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\"", "\"other\"", "0123456789abcdef", "\"89abcdef\"", "W/\"0123456789ABCDEF\""})
    void doesNotKnowAnythingElse(String tags) {
        assertThat(question("If-None-Match", tags).knows(report(true))).isFalse();
        assertThat(question("If-None-Match", tags).isAnsweredBy(report(true))).isTrue();
    }

    @Test
    void withoutATagIsAnsweredByAMasterOnly() {
        Question question = Question.of(new MockHttpServletRequest());

        assertThat(question.isAnsweredBy(report(true))).isTrue();
        assertThat(question.isAnsweredBy(report(false))).isFalse();
        assertThat(question.knows(report(true))).isFalse();
    }

    @Test
    void anyMasterIsNoneThatIsNotThere() {
        assertThat(question("If-None-Match", "*").knows(report(false))).isFalse();
    }

    private static Question question(String header, String value) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader(header, value);
        return Question.of(request);
    }

    private static Report report(boolean found) {
        Event event = new Event(new byte[0], "W/\"0123456789abcdef\"");
        Mastership mastership = Mastership.closed("master1.example.com:2223", true, Duration.ofSeconds(3));
        return new Report(
                mastership,
                Role.UNKNOWN,
                null,
                found ? new Answer(new byte[0], new byte[0]) : null,
                event,
                () -> ResponseEntity.ok().build());
    }
}
