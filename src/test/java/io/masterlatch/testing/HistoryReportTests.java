package io.masterlatch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.MasterHistory.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Made-up histories, with times in milliseconds. */
class HistoryReportTests {

    @Test
    void anEmptyHistoryShowsNothing() {
        HistoryReport report = HistoryReport.of(List.of());

        assertThat(report.violations()).isEmpty();
        assertThat(report.masters()).isEmpty();
        assertThat(report.changes()).isZero();
        assertThat(report.withoutMaster()).isZero();
    }

    @Test
    void aCleanHandOverHasOneChangeAndAGap() {
        HistoryReport report = HistoryReport.of(List.of(
                master("a", 10, 11, 1),
                standby("b", 10, 11),
                master("a", 20, 21, 1),
                standby("a", 30, 31),
                master("b", 40, 41, 2),
                master("b", 50, 51, 2)));

        assertThat(report.violations()).isEmpty();
        assertThat(report.overlap()).isZero();
        assertThat(report.changes()).isEqualTo(1);
        assertThat(report.epochsRise()).isTrue();
        // from the start to a's first answer, between the two, and from b's last question to the end
        assertThat(report.longestWithoutMaster()).isEqualTo(Duration.ofMillis(21));
        assertThat(report.withoutMaster()).isEqualTo(Duration.ofMillis(1 + 21 + 1));
    }

    @Test
    void aMasterBetweenTwoAnswersOfAnotherIsASecondOne() {
        HistoryReport report =
                HistoryReport.of(List.of(master("a", 10, 11, 1), master("b", 20, 21, 2), master("a", 30, 31, 1)));

        assertThat(report.violations()).singleElement().asString().contains("two masters for PT0.009S");
        assertThat(report.overlap()).isEqualTo(Duration.ofMillis(9));
    }

    @Test
    void anOldMasterBetweenTwoAnswersOfANewerIsASecondOne() {
        HistoryReport report =
                HistoryReport.of(List.of(master("a", 10, 11, 2), master("b", 20, 21, 1), master("a", 30, 31, 2)));

        assertThat(report.violations()).hasSize(1);
        assertThat(report.epochsRise()).isFalse();
    }

    @Test
    void anOldMasterIsLateWhenItWasAskedAfterTheNewOneHadAnswered() {
        HistoryReport report = HistoryReport.of(
                List.of(master("a", 10, 11, 1), standby("a", 12, 13), master("b", 20, 21, 2), master("a", 22, 23, 1)));

        assertThat(report.violations()).hasSize(1);
        assertThat(report.overlap()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void anAnswerThatMayHaveBeenTrueBeforeTheNewMasterShowsNothing() {
        // a was asked before b's answer came, and answered long after: a freeze, or a slow network
        HistoryReport report = HistoryReport.of(
                List.of(master("a", 10, 11, 1), master("b", 20, 25, 2), master("a", 12, 90, 1), standby("a", 91, 92)));

        assertThat(report.violations()).isEmpty();
    }

    @Test
    void answersThatTouchShowNothing() {
        assertThat(HistoryReport.of(List.of(master("a", 10, 30, 1), master("b", 20, 40, 2)))
                        .violations())
                .isEmpty();
    }

    @Test
    void oneEpochHasOneMaster() {
        HistoryReport report = HistoryReport.of(List.of(master("a", 10, 11, 1), master("b", 20, 21, 1)));

        assertThat(report.violations()).singleElement().asString().contains("of one epoch");
        assertThat(report.epochsRise()).isFalse();
    }

    @Test
    void anEpochThatFallsWithinOneInstanceIsSaid() {
        HistoryReport report = HistoryReport.of(List.of(master("a", 10, 11, 2), master("a", 20, 21, 1)));

        assertThat(report.violations()).singleElement().asString().contains("an epoch that fell");
        assertThat(report.overlap()).isZero();
    }

    @Test
    void aReElectionOfTheSameInstanceIsAChange() {
        HistoryReport report =
                HistoryReport.of(List.of(master("a", 10, 11, 1), standby("a", 12, 13), master("a", 14, 15, 2)));

        assertThat(report.changes()).isEqualTo(1);
        assertThat(report.violations()).isEmpty();
    }

    @Test
    void aLapseWithinOneEpochIsAGapAndNoChange() {
        HistoryReport report = HistoryReport.of(List.of(
                master("a", 10, 11, 1),
                master("a", 20, 21, 1),
                new Answer("a", ms(30), ms(31), 503, "UNKNOWN", 0, ""),
                master("a", 40, 41, 1),
                master("a", 50, 51, 1)));

        assertThat(report.changes()).isZero();
        assertThat(report.longestWithoutMaster()).isEqualTo(Duration.ofMillis(21));
    }

    @Test
    void silenceIsTimeWithoutAMasterAndAnotherMasterFillsIt() {
        List<Answer> silence =
                List.of(master("a", 10, 11, 1), master("a", 20, 21, 1), none("a", 22, 272), none("a", 273, 523));

        assertThat(HistoryReport.of(silence).longestWithoutMaster()).isEqualTo(Duration.ofMillis(503));
        List<Answer> filled =
                List.of(master("a", 10, 11, 1), none("a", 22, 272), master("b", 12, 13, 2), master("b", 271, 272, 2));
        assertThat(HistoryReport.of(filled).longestWithoutMaster()).isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void theOrderInWhichAnswersAreGivenDoesNotMatter() {
        HistoryReport report =
                HistoryReport.of(List.of(master("a", 30, 31, 1), master("b", 20, 21, 2), master("a", 10, 11, 1)));

        assertThat(report.masters()).extracting(HistoryReport.Tenure::instance).containsExactly("a", "b");
        assertThat(report.violations()).hasSize(1);
    }

    private static Answer master(String instance, long sent, long received, long epoch) {
        return new Answer(instance, ms(sent), ms(received), 200, "MASTER", epoch, instance + ":80");
    }

    private static Answer standby(String instance, long sent, long received) {
        return new Answer(instance, ms(sent), ms(received), 200, "STANDBY", 1, "x:80");
    }

    private static Answer none(String instance, long sent, long received) {
        return new Answer(instance, ms(sent), ms(received), 0, "", 0, "");
    }

    private static long ms(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
