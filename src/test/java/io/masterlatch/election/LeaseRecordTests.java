package io.masterlatch.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.masterlatch.election.LeaseRecord.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of the line in the lease node. */
class LeaseRecordTests {

    private static final String ID = "0123456789abcdef";
    private static final String NONCE = "fedcba9876543210";
    private static final Duration L = Duration.ofMillis(3000);
    private static final LeaseRecord UNREADABLE =
            new LeaseRecord(Kind.UNREADABLE, null, null, Duration.ofSeconds(60), 0, null, null);

    @Test
    void aRenewedLeaseHasItsEpoch() {
        assertForm(
                "masterlatch 1 0123456789abcdef fedcba9876543210 3000 4294967303 master1.example.com:8080",
                LeaseRecord.held(ID, NONCE, L, 4294967303L, "master1.example.com:8080"));
    }

    @Test
    void aClaimHasNoEpochYet() {
        assertForm(
                "masterlatch 1 0123456789abcdef fedcba9876543210 3000 - here:1",
                LeaseRecord.held(ID, NONCE, L, 0, "here:1"));
    }

    @Test
    void aNodeMadeAnewHasNoHolderAndLapses() {
        assertForm("masterlatch 1 - fedcba9876543210 3000 - -", LeaseRecord.lapsing(NONCE, L));
        assertThat(LeaseRecord.lapsing(NONCE, L).isReleased()).isFalse();
        assertThat(LeaseRecord.lapsing(NONCE, L).holderName()).isEqualTo("an unknown holder");
    }

    @Test
    void aReleaseMayNameItsHolderAndItsSuccessor() {
        assertForm("masterlatch 1 released fedcba9876543210", LeaseRecord.released(NONCE, null, null));
        assertForm("masterlatch 1 released fedcba9876543210 by here:1", LeaseRecord.released(NONCE, "here:1", null));
        assertForm(
                "masterlatch 1 released fedcba9876543210 by here:1 for 0123456789abcdef",
                LeaseRecord.released(NONCE, "here:1", ID));
        assertForm(
                "masterlatch 1 released fedcba9876543210 for 0123456789abcdef", LeaseRecord.released(NONCE, null, ID));
        assertThat(LeaseRecord.released(NONCE, null, null).isReleased()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "masterlatch 1 0123456789abcdef fedcba9876543210 3000 7 here:1 and more 1",
        "masterlatch 1 0123456789abcdef fedcba9876543210 3000 7 here:1\n",
        "masterlatch 1 0123456789abcdef fedcba9876543210 3000 0000000007 here:1"
    })
    void unknownTrailingWordsAndALineEndAreIgnored(String text) {
        assertThat(LeaseRecord.of(text.getBytes(UTF_8))).isEqualTo(LeaseRecord.held(ID, NONCE, L, 7, "here:1"));
    }

    @Test
    void unknownTrailingWordsOfAReleaseAreIgnored() {
        assertThat(read("masterlatch 1 released fedcba9876543210 by here:1 for 0123456789abcdef at noon"))
                .isEqualTo(LeaseRecord.released(NONCE, "here:1", ID));
        assertThat(read("masterlatch 1 released fedcba9876543210 at noon for 0123456789abcdef by"))
                .isEqualTo(LeaseRecord.released(NONCE, null, ID));
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "60000, 60000", "60001, 60000", "999999999999999999, 60000", "00100, 100"})
    void aLengthIsFrom100To60000AndALargerOneCountsAs60000(String written, long counts) {
        assertThat(read("masterlatch 1 - " + NONCE + " " + written + " 7 -").length())
                .isEqualTo(Duration.ofMillis(counts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"99", "0", "-1", "+3000", "3000.0", "3s", "-", "1000000000000000000", "٣٠٠٠"})
    void anyOtherLengthIsUnreadable(String written) {
        assertThat(read("masterlatch 1 - " + NONCE + " " + written + " 7 -")).isEqualTo(UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "rubbish",
                "masterlatch",
                "masterlatch 1",
                "masterlatch 1 ",
                "masterlatch 1 released",
                "masterlatch 1 released ",
                "masterlatch 2 released fedcba9876543210",
                "masterlatch 10 released fedcba9876543210",
                "Masterlatch 1 released fedcba9876543210",
                " masterlatch 1 released fedcba9876543210",
                "masterlatch 1 0123456789abcdef fedcba9876543210",
                "masterlatch 1 0123456789abcdef fedcba9876543210 3000",
                "masterlatch 1 0123456789abcdef fedcba9876543210 3000 7",
                "masterlatch 1 0123456789abcdef fedcba9876543210 3000 x here:1",
                "masterlatch 1 0123456789abcdef fedcba9876543210 3000 -7 here:1",
                "masterlatch\t1 released fedcba9876543210",
                "masterlatch 1 released fedcba9876543210\u0000"
            })
    void anythingElseIsUnreadable(String text) {
        assertThat(read(text)).isEqualTo(UNREADABLE);
    }

    @Test
    void noDataAndBinaryDataAreUnreadable() {
        byte[] binary = LeaseRecord.released(NONCE, null, null).bytes();
        binary[binary.length - 1] = (byte) 0xff;

        assertThat(LeaseRecord.of(null)).isEqualTo(UNREADABLE);
        assertThat(LeaseRecord.of(binary)).isEqualTo(UNREADABLE);
    }

    @Test
    void moreThan1024BytesAreUnreadable() {
        String text = "masterlatch 1 released fedcba9876543210 ";

        assertThat(read(text + "x".repeat(1024 - text.length())).isReleased()).isTrue();
        assertThat(read(text + "x".repeat(1025 - text.length()))).isEqualTo(UNREADABLE);
    }

    @Test
    void theEpochOfAClaimIsItsTransaction() {
        assertThat(new LeaseNode(1, 20, 3, LeaseRecord.held(ID, NONCE, L, 0, "here:1")).epoch())
                .isEqualTo(20);
        assertThat(new LeaseNode(1, 20, 3, LeaseRecord.held(ID, NONCE, L, 7, "here:1")).epoch())
                .isEqualTo(7);
    }

    @Test
    void whatIsUnreadableIsNeverWritten() {
        assertThatIllegalStateException().isThrownBy(UNREADABLE::bytes);
    }

    private static LeaseRecord read(String text) {
        return LeaseRecord.of(text.getBytes(UTF_8));
    }

    private static void assertForm(String text, LeaseRecord record) {
        assertThat(new String(record.bytes(), UTF_8)).isEqualTo(text);
        assertThat(read(text)).isEqualTo(record);
    }
}
