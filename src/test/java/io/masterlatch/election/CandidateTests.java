package io.masterlatch.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the content of a candidate's node says, by any writer. */
class CandidateTests {

    @Test
    void anAddressAndAUrlAreReadAsTheyWereWritten() {
        Candidate candidate = read(Candidate.data("app1.example.com:9000", "https://master1.example.com:8443/latch/"));

        assertThat(candidate.address()).isEqualTo("app1.example.com:9000");
        assertThat(candidate.url()).isEqualTo("https://master1.example.com:8443/latch/");
    }

    @Test
    void anAddressAloneIsAddressAlone() {
        Candidate candidate = read(Candidate.data("app1.example.com:9000", null));

        assertThat(candidate.address()).isEqualTo("app1.example.com:9000");
        assertThat(candidate.url()).isNull();
    }

    @Test
    void theLongestAddressAndUrlAreRead() {
        String address = "a".repeat(MasterData.MAX_BYTES - Candidate.LONGEST_URL - 3) + ":1";
        String url = "http://h/" + "p".repeat(Candidate.LONGEST_URL - 9);

        assertThat(read(Candidate.data(address, url)).url()).isEqualTo(url);
        assertThat(Candidate.isUrl(url + "p")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "JAVASCRIPT://h/%0aalert(1)",
                "data:text/html,<b>",
                "ftp://h/",
                "//h/",
                "/page",
                "http:/h",
                "http://",
                "http://h:0/",
                "http://bank.example.com@h/",
                "http://h/?q",
                "http://h/#f",
                "http://h/<b>",
                "http://h/ä",
                "http://h/ http://i/",
                "it is no URL"
            })
    void whatIsNoPlainHttpUrlIsShownAsTextAndNeverAsALink(String other) {
        Candidate candidate = read("a:1 " + other);

        assertThat(candidate.address()).isEqualTo("a:1 " + other);
        assertThat(candidate.url()).isNull();
    }

    @Test
    void aUrlWithoutAnAddressIsNone() {
        assertThat(read(" http://h/").url()).isNull();
        assertThat(read("http://h/").url()).isNull();
        assertThat(read(null).url()).isNull();
    }

    private static Candidate read(@Nullable String data) {
        byte[] bytes = data == null ? null : data.getBytes(UTF_8);
        return Candidate.of(CandidateNode.of("3f8a91c06b2d4e57-0000000007").orElseThrow(), bytes, Instant.EPOCH, 1);
    }
}
