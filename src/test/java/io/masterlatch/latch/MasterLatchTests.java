package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.ReleaseOutcome;
import io.masterlatch.election.Role;
import io.masterlatch.testing.FakeMasterStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a latch answers, its candidacy, and its making. */
class MasterLatchTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final LatchFixture fixture = new LatchFixture();
    private final FakeMasterStore store = fixture.store;
    private final MasterLatch latch = fixture.latch;

    @AfterEach
    void close() {
        fixture.time.release();
        store.recover();
        latch.close();
    }

    @Nested
    class Leadership {

        @Test
        void endsByTheClockThoughTheLoopIsHeldUp() {
            fixture.master();
            fixture.time.hold();

            fixture.time.advance(Duration.ofNanos(2_999_999_999L));
            assertThat(latch.hasLeadership()).isTrue();
            fixture.time.advance(Duration.ofNanos(1));

            assertThat(latch.hasLeadership()).isFalse();
            assertThat(latch.getLeader()).isEmpty();
        }

        @Test
        void withADurationNeedsThatMuchOfTheLease() {
            fixture.master();
            fixture.time.hold();
            fixture.time.advanceMillis(1000);

            assertThat(latch.hasLeadership(Duration.ofMillis(2000))).isTrue();
            assertThat(latch.hasLeadership(Duration.ofMillis(2001))).isFalse();
            assertThat(latch.hasLeadership(Duration.ZERO)).isTrue();
            fixture.time.advanceMillis(2000);
            assertThat(latch.hasLeadership(Duration.ZERO)).isFalse();
        }

        @Test
        void goesToALatchThatSawTheLeaseOfAnotherLapse() {
            fixture.standby();
            assertThat(latch.getLeader().orElseThrow().address()).isEqualTo("there:1");
            store.lapse(Duration.ofMillis(3000));

            fixture.time.advanceMillis(3599);
            assertThat(latch.hasLeadership()).isFalse();
            fixture.time.advanceMillis(1);
            assertThat(latch.hasLeadership()).isTrue();
        }
    }

    @Nested
    class Stuck {

        @Test
        void isALoopThatHasNotRunForTenLeasesAnd30Seconds() {
            fixture.master();
            fixture.time.hold();

            fixture.time.advanceMillis(30_000);
            assertThat(latch.stuck()).isEmpty();
            fixture.time.advanceMillis(1);
            assertThat(latch.stuck()).contains("the election has not run for 30 s");
            fixture.time.release();
            assertThat(latch.stuck()).isEmpty();
        }

        @Test
        void isAClientThatCannotBeMadeFor60Seconds() {
            store.cutOff();
            latch.start();
            store.refuse("OutOfMemoryError: unable to create native thread", true);

            fixture.time.advanceMillis(60_000);
            assertThat(latch.stuck()).isEmpty();
            fixture.time.advanceMillis(1);
            assertThat(latch.stuck())
                    .contains("no ZooKeeper client could be made for 60 s: OutOfMemoryError: unable to create native"
                            + " thread");
            store.recover();
            assertThat(latch.stuck()).isEmpty();
        }

        @Test
        void isNoOutageOfZooKeeperOfAnyLength() {
            fixture.master();
            store.refuse("Connection refused");

            fixture.time.advance(Duration.ofHours(1));

            assertThat(latch.stuck()).isEmpty();
            assertThat(latch.mastership().problem(latch.now()))
                    .contains("no connection to ZooKeeper: Connection refused");
        }

        @Test
        void isNoLatchThatIsClosed() {
            fixture.master();
            latch.close();
            fixture.time.advance(Duration.ofHours(1));

            assertThat(latch.stuck()).isEmpty();
        }
    }

    @Nested
    class Candidacy {

        @Test
        void isWithdrawnByAReleaseAndTakenUpAgain() {
            fixture.master();

            assertThat(latch.withdraw()).succeedsWithin(PATIENCE).isEqualTo(ReleaseOutcome.RELEASED);

            assertThat(fixture.role()).isEqualTo(Role.OBSERVER);
            assertThat(latch.mastership().candidate()).isFalse();
            assertThat(store.queued()).isEmpty();
            assertThat(store.record().isReleased()).isTrue();
            latch.join();
            assertThat(latch.hasLeadership()).isTrue();
        }

        @Test
        void ofAStandbyIsWithdrawnWithoutARelease() {
            fixture.standby();

            assertThat(latch.withdraw()).succeedsWithin(PATIENCE).isEqualTo(ReleaseOutcome.NOT_HELD);

            assertThat(fixture.role()).isEqualTo(Role.OBSERVER);
            assertThat(store.queued()).isEmpty();
        }

        @Test
        void isNotConfirmedToBeWithdrawnWhenZooKeeperDoesNotAnswer() {
            fixture.master();
            store.fallSilent();
            CompletableFuture<ReleaseOutcome> withdrawn = latch.withdraw();
            assertThat(latch.hasLeadership()).isFalse();

            fixture.time.advanceMillis(3000);

            assertThat(withdrawn).succeedsWithin(PATIENCE).isEqualTo(ReleaseOutcome.UNCONFIRMED);
        }

        @Test
        void isSuspendedWithAReasonAndResumed() {
            fixture.master();

            assertThat(latch.suspend("disk full")).succeedsWithin(PATIENCE).isEqualTo(ReleaseOutcome.RELEASED);

            assertThat(latch.suspended()).contains("disk full");
            assertThat(fixture.role()).isEqualTo(Role.OBSERVER);
            latch.suspend("disk broken");
            assertThat(latch.suspended()).contains("disk broken");
            latch.resume("disk replaced");
            assertThat(latch.suspended()).isEmpty();
            assertThat(latch.hasLeadership()).isTrue();
        }

        @Test
        void withdrawnAndSuspendedNeedsBothToEnd() {
            fixture.master();
            latch.withdraw();
            latch.suspend("disk full");

            latch.join();
            assertThat(fixture.role()).isEqualTo(Role.OBSERVER);
            latch.withdraw();
            latch.resume("disk emptied");
            assertThat(fixture.role()).isEqualTo(Role.OBSERVER);
            latch.join();
            assertThat(latch.hasLeadership()).isTrue();
        }

        @Test
        void isDecidedBeforeAStartAndKeptThroughARestart() {
            assertThat(latch.suspend("not ready")).succeedsWithin(PATIENCE).isEqualTo(ReleaseOutcome.NOT_HELD);
            assertThat(latch.mastership().candidate()).isFalse();
            latch.start();
            assertThat(fixture.role()).isEqualTo(Role.OBSERVER);
            latch.close();
            latch.start();
            assertThat(fixture.role()).isEqualTo(Role.OBSERVER);
        }

        @Test
        void changesForACauseThatTheListenersGet() {
            fixture.master();
            List<MastershipChange> changes = new CopyOnWriteArrayList<>();
            latch.addChangeListener(changes::add);
            latch.suspend("disk full");

            await().until(() -> !changes.isEmpty());
            assertThat(changes.get(0).from()).isEqualTo(Role.MASTER);
            assertThat(changes.get(0).cause()).isEqualTo("disk full");
        }
    }

    @Nested
    class ABuilder {

        private final MasterLatchBuilder builder = MasterLatch.builder(store);

        @ParameterizedTest
        @ValueSource(longs = {500, 3000, 60_000})
        void takesALeaseFrom500MsTo60Seconds(long millis) {
            MasterLatch built =
                    builder.address("here:1").lease(Duration.ofMillis(millis)).build();

            assertThat(built.mastership().leaseLength()).isEqualTo(Duration.ofMillis(millis));
        }

        @ParameterizedTest
        @ValueSource(longs = {499, 60_001, 0, -1})
        void refusesAnyOtherLease(long millis) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.lease(Duration.ofMillis(millis)))
                    .withMessage("'lease' must be from 500 ms to 60 s, not " + millis + " ms");
        }

        @Test
        void refusesALeaseWithoutAnEnd() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.lease(ChronoUnit.FOREVER.getDuration()))
                    .withMessageStartingWith("'lease' must be from 500 ms to 60 s, not ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "host", "host:", ":80", "host:0", "host:65536", "a b:80", "2001:db8::7:80"})
        void refusesAnAddressThatIsNotHostAndPort(String address) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.address(address))
                    .withMessageContaining("'address' must be host:port")
                    .withMessageContaining("'" + address + "'");
        }

        @Test
        void needsAnAddress() {
            assertThatNullPointerException().isThrownBy(builder::build).withMessage("'address' must be set");
        }

        @Test
        void makesACandidateWithALeaseOf3Seconds() {
            MasterLatch built = builder.address("[2001:db8::7]:8080").build();

            assertThat(built.mastership().candidate()).isTrue();
            assertThat(built.mastership().leaseLength()).isEqualTo(Duration.ofSeconds(3));
            assertThat(builder.candidate(false).build().mastership().candidate())
                    .isFalse();
        }
    }

    @Test
    void theCandidatesAreReadFromZooKeeper() {
        fixture.master();
        store.candidates(List.of(FakeMasterStore.candidate("there:1", 1)));

        assertThat(latch.candidates())
                .succeedsWithin(PATIENCE)
                .matches(list -> list.get(0).address().equals("there:1"));
        store.cutOff();
        assertThat(latch.candidates()).failsWithin(PATIENCE);
    }
}
