package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Event;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.testing.FakeMasterStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log that an operator reads, whose lines are a contract: one for each change, two for each outage. */
class TransitionLogTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    @RegisterExtension
    final LogLines log = new LogLines();

    private final LatchFixture fixture = new LatchFixture();
    private final FakeMasterStore store = fixture.store;
    private final MasterLatch latch = fixture.latch;

    @AfterEach
    void close() {
        store.recover();
        latch.close();
        assertThat(log.events()).allMatch(event -> event.getThrowableProxy() == null);
    }

    @Test
    void aStartAndARiseAreOneLineEach() {
        fixture.master();

        assertLines(
                "INFO here:1 is a candidate, lease 3000 ms: /fake",
                "INFO UNKNOWN -> STANDBY: no master (no instance has claimed the lease)",
                "INFO STANDBY -> MASTER: master here:1, epoch 4294967304 (claimed the lease, which no instance held)");
    }

    @Test
    void anObserverSaysSo() {
        latch.withdraw();
        latch.start();

        awaitLines(2);
        assertThat(log.lines()).first().isEqualTo("INFO here:1 observes, lease 3000 ms: /fake");
    }

    @Test
    void aTakeOverNamesTheFormerMasterAndTheCause() {
        fixture.standby();
        store.lapse(Duration.ofMillis(3000));
        fixture.time.advanceMillis(3600);

        awaitLines(4);
        assertThat(log.lines().subList(1, 4))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("INFO UNKNOWN -> STANDBY: master there:1, epoch 4294967303"
                                        + " (there:1 holds the lease)"),
                        line -> assertThat(line)
                                .isEqualTo("INFO Still STANDBY: no master (the lease of there:1 lapsed)"),
                        line -> assertThat(line)
                                .startsWith("INFO STANDBY -> MASTER: master here:1, epoch ")
                                .endsWith(" (took over from there:1: its lease lapsed)"));
    }

    @Test
    void anotherMasterIsOneLine() {
        fixture.standby();
        store.change(FakeMasterStore.heldBy("there:2", 4294967400L, FakeMasterStore.SINCE));

        awaitLines(3);
        assertThat(log.lines())
                .last()
                .isEqualTo("INFO Still STANDBY: master there:2, epoch 4294967400 (there:2 holds the lease)");
    }

    @Test
    void aStrangerIsOneLineAndItsDataAWarning() {
        fixture.standby();
        store.change(FakeMasterStore.stranger("nonsense"));
        fixture.time.advanceMillis(3000);

        awaitLines(4);
        long epoch = latch.getLeader().orElseThrow().epoch();
        assertThat(log.lines().subList(2, 4))
                .containsExactly(
                        "INFO Still STANDBY: master nonsense, epoch " + epoch
                                + " (session 0x77 owns the master's node, without a lease)",
                        "WARN Session 0x77 is master and its data is \"nonsense\", not host:port");
    }

    @Test
    void anOutageThatTheMastershipSurvivesIsAWarningAndALineAtItsEnd() {
        fixture.master();
        awaitLines(3);
        store.cutOff();
        fixture.time.advanceMillis(1200);
        store.recover();
        fixture.time.advanceMillis(6000);

        assertFurther(
                "WARN The connection to ZooKeeper is lost; MASTER for another 2.4 s unless it comes back",
                "INFO The election works again, after 1.2 s");
    }

    @Test
    void anOutageIsAWarningAReminderEveryMinuteAndALineAtItsEndNextToTheRoles() {
        fixture.master();
        long epoch = latch.getLeader().orElseThrow().epoch();
        awaitLines(3);
        store.cutOff();
        fixture.time.advanceMillis(150_000);
        store.recover();
        fixture.time.advanceMillis(3000);

        assertFurther(
                "WARN The connection to ZooKeeper is lost; MASTER for another 2.4 s unless it comes back",
                "INFO MASTER -> UNKNOWN: master unknown (the lease ran out)",
                "WARN No connection to ZooKeeper",
                "WARN No connection to ZooKeeper",
                "INFO UNKNOWN -> STANDBY: no master (the lease of this instance lapsed)",
                "INFO STANDBY -> MASTER: master here:1, epoch " + epoch + " (renewed late; epoch " + epoch
                        + " continues)",
                "INFO The election works again, after 150.0 s");
    }

    @Test
    void theReasonOfAnOutageIsAFurtherWarningOnceItIsKnown() {
        fixture.standby();
        awaitLines(2);
        store.cutOff();
        fixture.time.advanceMillis(10_000);
        store.emit(new Event.ConnectError("Connection refused", false));
        fixture.time.advanceMillis(10_000);

        assertFurther(
                "WARN The connection to ZooKeeper is lost; STANDBY for another 2.4 s unless it comes back",
                "INFO STANDBY -> UNKNOWN: master unknown (no connection to ZooKeeper)",
                "WARN No connection to ZooKeeper: Connection refused");
    }

    @Test
    void connectingMayTakeFiveSecondsBeforeItIsAnOutage() {
        store.cutOff();
        latch.start();
        fixture.time.advanceMillis(4800);
        awaitLines(1);
        fixture.time.advanceMillis(600);
        awaitLines(2);

        assertThat(log.lines()).last().isEqualTo("WARN No connection to ZooKeeper yet");
    }

    @Test
    void aRefusalIsAWarningAndALineAtItsEnd() {
        store.failClaims(new Failed(Failed.Kind.REFUSED, "no right to create /master"));
        latch.start();
        fixture.time.advanceMillis(30_000);
        store.begin(FakeMasterStore.noMaster());
        fixture.time.advanceMillis(4000);

        awaitLines(5);
        assertThat(log.lines())
                .containsSubsequence("WARN No right to create /master", "INFO The election works again, after 30.0 s");
        assertThat(log.lines())
                .filteredOn("WARN No right to create /master"::equals)
                .hasSize(1);
    }

    @Test
    void aWarningWithOtherFiguresIsRepeatedOnceAMinute() {
        fixture.master();
        awaitLines(3);
        for (int second = 0; second < 100; second++) {
            store.emit(new Event.StoreWarning("clock", "it is " + second + " s late"));
            fixture.time.advanceMillis(1000);
        }

        assertThat(lines(2)).allMatch(line -> line.matches("WARN It is \\d+ s late"));
    }

    @Test
    void aReleaseThatIsNotConfirmedIsAWarning() {
        fixture.master();
        store.fallSilent();
        Thread closing = new Thread(latch::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        fixture.time.advanceMillis(3000);

        await().untilAsserted(() -> assertThat(log.lines())
                .last()
                .isEqualTo("WARN ZooKeeper did not confirm the release of the lease: it lapses"));
    }

    @Test
    void aStepThatFailsIsAnErrorWithItsStackTrace() {
        LogWriter writer = new LogWriter();
        new TransitionLog("/master", writer).failed(new IllegalStateException("as the test wants it"));
        writer.close();

        awaitLines(1);
        assertThat(log.lines()).containsExactly("ERROR A step of the election failed; the next step continues");
        assertThat(log.events().get(0).getThrowableProxy()).isNotNull();
        log.beforeEach(null);
    }

    @Test
    void nothingIsSaidOfALatchThatIsClosed() {
        LogWriter writer = new LogWriter();
        new TransitionLog("/master", writer).state(latch.mastership(), new ClockReading(0, 0));
        writer.close();

        threads.awaitNone();
        assertThat(log.lines()).isEmpty();
    }

    private void assertLines(String... expected) {
        awaitLines(expected.length);
        assertThat(log.lines()).containsExactly(expected);
    }

    /** Behind those that were there. */
    private void assertFurther(String... expected) {
        assertThat(lines(expected.length)).containsExactly(expected);
    }

    private List<String> lines(int last) {
        await().untilAsserted(() -> assertThat(fromTheFirstWarning()).hasSize(last));
        return fromTheFirstWarning();
    }

    private List<String> fromTheFirstWarning() {
        return log.lines().stream().dropWhile(line -> !line.startsWith("WARN")).toList();
    }

    private void awaitLines(int number) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(log.lines()).hasSizeGreaterThanOrEqualTo(number));
    }
}
