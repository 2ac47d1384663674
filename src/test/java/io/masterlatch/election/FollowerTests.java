package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.L;
import static io.masterlatch.election.ElectionDriver.OTHER;
import static io.masterlatch.election.ElectionDriver.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The watches and looks of a follower, and how long it names a master. The lease is 3000 ms. */
class FollowerTests {

    private final ElectionDriver driver = new ElectionDriver();

    @Nested
    class Watches {

        @ParameterizedTest
        @CsvSource({"0, true, true", "1, true, false", "2, true, false", "3, false, false", "4, false, false"})
        void followThePosition(int inFront, boolean master, boolean lease) {
            place(inFront);
            Request.Look look = driver.until(Request.Look.class);

            assertThat(look.watchMaster()).isEqualTo(master);
            assertThat(look.watchLease()).isEqualTo(lease);
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 1", "2, 1", "4, 1"})
        void theOneBeforeItIsWatchedByAllButTheFirst(int inFront, int watches) {
            place(inFront);

            assertThat(driver.sent.stream()
                            .filter(Request.WatchCandidate.class::isInstance)
                            .map(request -> ((Request.WatchCandidate) request).name()))
                    .hasSize(watches)
                    .allMatch(name -> name.equals(driver.queue.get(inFront - 1).name()));
        }

        @Test
        void theFirstLooksAtOnceToWatchTheLease() {
            place(0);

            assertThat(driver.sent).anyMatch(request -> request instanceof Request.Look look && look.watchLease());
        }

        @Test
        void theMasterWatchesItsNodeOnly() {
            driver.master().on(new Event.NodeChanged());

            Request.Look look = driver.expect(Request.Look.class);

            assertThat(look.watchMaster()).isTrue();
            assertThat(look.watchLease()).isFalse();
        }

        @Test
        void whenTheOneBeforeItLeavesTheQueueIsReadAgain() {
            place(4);
            driver.queue.remove(3);
            driver.requests();

            driver.on(new Event.CandidateLeft()).settle();

            assertThat(driver.requests()).containsExactly("Look", "ReadQueue", "WatchCandidate");
        }
    }

    @Nested
    class Looks {

        @ParameterizedTest
        @CsvSource({"0, 1500", "1, 600", "2, 600", "3, 1500", "4, 1500"})
        void comeEveryFifthOfALeaseForTheSecondAndThirdAndElseEveryHalf(int inFront, long period) {
            place(inFront);
            driver.on(new Event.NodeChanged()).run(10);
            long began = driver.looks.get(driver.looks.size() - 1);
            driver.looks.clear();
            driver.run(began + period - 1 - driver.millis()).renewedByOther(L).run(period + 1);

            assertThat(driver.looks).containsExactly(began + period, began + 2 * period);
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 10", "2, 10", "4, 10"})
        void ofTheOthersLeaveTheNextMasterAMomentToClaim(int inFront, long moment) {
            place(inFront);
            driver.run(50).looks.clear();
            long changed = driver.millis();

            driver.on(new Event.NodeChanged()).run(50);

            assertThat(driver.looks).containsExactly(changed + moment);
        }

        @Test
        void ofAnObserverComeEveryHalfLeaseAndAreOfWhatTheLeaderHas() {
            ElectionDriver observer = new ElectionDriver(false, L);
            observer.standby().looks.clear();
            long began = observer.millis();

            assertThat(observer.until(Request.Look.class)).isEqualTo(new Request.Look(true, true, false, null));
            assertThat(observer.millis()).isEqualTo(began + 1500);
        }

        @Test
        void ofAMasterAreItsRenewals() {
            driver.master().requests();
            driver.run(30_000);

            // Apart from them it looks once in a lease, and so for its candidate node.
            assertThat(driver.requests())
                    .containsOnly("Renew", "Look")
                    .filteredOn("Renew"::equals)
                    .hasSize(50);
        }

        @Test
        void comeOnceMoreAt09OfTheLeaseOfAnUnrenewedRecord() {
            place(0);
            driver.looks.clear();
            long seen = driver.millis();

            driver.run(3500);

            assertThat(driver.looks).startsWith(seen + 1500, seen + 2700);
        }

        @Test
        void followAShorterLeaseOfTheMaster() {
            driver.claimedByOther(Duration.ofSeconds(1)).start().connect().settle();
            driver.looks.clear();
            long seen = driver.millis();

            driver.run(900);

            assertThat(driver.looks).containsExactly(seen + 500, seen + 900);
        }

        @Test
        void comeEveryFifthWhileThereIsNoMaster() {
            ElectionDriver observer = new ElectionDriver(false, L);
            observer.start().connect().settle();
            observer.looks.clear();
            long began = observer.millis();

            observer.run(1800);

            assertThat(observer.looks).containsExactly(began + 600, began + 1200, began + 1800);
        }

        @Test
        void checkTheOwnCandidateNodeEverySecondTime() {
            place(0);
            driver.sent.clear();
            for (int i = 0; i < 4; i++) {
                driver.renewedByOther(L).on(new Event.NodeChanged()).look();
            }

            assertThat(driver.sent)
                    .extracting(request -> ((Request.Look) request).candidate() != null)
                    .containsExactly(false, true, false, true);
        }

        @Test
        void thatMissTheOwnCandidateNodeHaveItMadeAnew() {
            place(0);
            driver.queue.clear();
            driver.requests();
            driver.on(new Event.NodeChanged())
                    .settle()
                    .on(new Event.NodeChanged())
                    .settle();

            assertThat(driver.requests()).contains("JoinQueue", "ReadQueue");
            assertThat(driver.queue).extracting(CandidateNode::id).containsExactly(driver.id());
        }

        @Test
        void thatAreStaleAreRepeatedWithSyncAfterATwentieth() {
            place(0);
            LeaseNode now = driver.lease;
            driver.renewedByOther(L).on(new Event.NodeChanged()).look();
            driver.on(new Event.NodeChanged());
            driver.expect(Request.Look.class);
            driver.answer(new Reply.Looked(now, driver.node, null, true));
            long stale = driver.millis();

            assertThat(driver.until(Request.Look.class).sync()).isTrue();
            assertThat(driver.millis()).isEqualTo(stale + 150);
        }
    }

    @Nested
    class Naming {

        @Test
        void endsALeaseAfterTheRecordWasSeen() {
            driver.standby();
            long seen = driver.millis();

            driver.run(2999);
            assertThat(driver.namedMaster().address()).isEqualTo(OTHER);
            driver.changes();
            driver.run(1);

            assertThat(driver.millis()).isEqualTo(seen + 3000);
            assertThat(driver.namedMaster()).isNull();
            assertThat(driver.vacancy()).isEqualTo("the lease of other:1 lapsed 0 ms ago");
            assertThat(driver.changes()).containsExactly("STANDBY -> STANDBY: the lease of other:1 lapsed");
        }

        @Test
        void endsALeaseAfterTheLastAnsweredLookWasSent() {
            driver.claimedByOther(Duration.ofSeconds(60)).start().connect();
            driver.expect(Request.Look.class);
            driver.pause(100).granted().disconnect();
            long answered = driver.millis();

            driver.pause(2899);
            assertThat(driver.role()).isEqualTo(Role.STANDBY);
            driver.pause(1);

            assertThat(driver.millis()).isEqualTo(answered + 2900);
            assertThat(driver.role()).isEqualTo(Role.UNKNOWN);
            assertThat(driver.namedMaster()).isNull();
        }

        @Test
        void endsByItsOwnTimer() {
            driver.standby().disconnect().changes();

            Action.Wait wait = (Action.Wait) driver.next();

            assertThat(wait.until() - driver.now().nanos()).isEqualTo(L.toNanos());
            driver.pause(3000).next();
            assertThat(driver.changes()).containsExactly("STANDBY -> UNKNOWN: no connection to ZooKeeper");
        }

        @Test
        void goesOnThroughRenewals() {
            driver.standby();
            for (int renewal = 0; renewal < 20; renewal++) {
                driver.renewedByOther(L).run(600);
                assertThat(driver.namedMaster().address()).isEqualTo(OTHER);
            }
        }

        @Test
        void ofTheNodeOfANewerRecordIsLeftToASecondLook() {
            driver.standby();
            Master first = driver.namedMaster();
            LeaseNode old = driver.lease;
            driver.claimedByOther(L).on(new Event.NodeChanged());
            driver.expect(Request.Look.class);
            driver.answer(new Reply.Looked(old, driver.node, null, true));

            assertThat(driver.namedMaster()).isEqualTo(first);
            driver.look();
            assertThat(driver.namedMaster().epoch()).isEqualTo(driver.node.czxid());
        }

        @Test
        void ofAStrangerBeginsWithTheSecondLookAndHasNoLease() {
            driver.stranger("stranger:1").start().connect().look();
            assertThat(driver.role()).isEqualTo(Role.UNKNOWN);
            driver.look();

            assertThat(driver.namedMaster().address()).isEqualTo("stranger:1");
            assertThat(driver.namedMaster().holder()).isNull();
            assertThat(driver.problem()).isNull();
        }

        @Test
        void ofAStrangerWithoutAnAddressIsAWarning() {
            driver.stranger("nonsense").start().connect().look().look();

            assertThat(driver.namedMaster().address()).isEqualTo("nonsense");
            assertThat(driver.snapshot().warning())
                    .contains("session 0xf is master and its data is \"nonsense\", not host:port");
        }

        @Test
        void isOverWhenTwoLooksAreTorn() {
            driver.stranger("a:1").start().connect().look();
            driver.stranger("b:1").look();

            assertThat(driver.role()).isEqualTo(Role.UNKNOWN);
            assertThat(driver.problem()).isEqualTo("the lease and the master's node did not match in two reads");
        }

        @Test
        void ofAMasterWhoseRecordWasChangedByHandIsOver() {
            driver.standby().released().on(new Event.NodeChanged()).look();

            assertThat(driver.role()).isEqualTo(Role.UNKNOWN);
            assertThat(driver.problem()).isEqualTo("the master's node belongs to a lease that was changed by hand");
        }

        @Test
        void wipedDataAreReportedInTheLog() {
            driver.standby();
            driver.lease = new LeaseNode(5, 5, 0, LeaseRecord.released("n", null, null));
            driver.without().on(new Event.NodeChanged()).look();

            assertThat(driver.notices).containsExactly("ZooKeeper's data was wiped or replaced: epochs start again");
        }
    }

    private void place(int inFront) {
        for (int i = 1; i <= inFront; i++) {
            driver.queued(id(i));
        }
        driver.standby();
    }
}
