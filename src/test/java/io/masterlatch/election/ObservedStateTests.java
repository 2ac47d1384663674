package io.masterlatch.election;

import static io.masterlatch.election.ElectionDriver.OTHER;
import static io.masterlatch.election.ElectionDriver.OTHERS_SESSION;
import static io.masterlatch.election.ElectionDriver.OTHER_ID;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What follows from what the looks see. Times in milliseconds. */
class ObservedStateTests {

    private static final Duration L = Duration.ofMillis(1000);

    private final List<String> notices = new ArrayList<>();
    private final ObservedState observed = new ObservedState(notices::add);

    @Test
    void nothingIsKnownBeforeTheFirstLook() {
        assertThat(state(0)).isEqualTo(new NodeState.Unknown("ZooKeeper has not answered yet", null));
        assertThat(observed.isFree(0)).isFalse();
        assertThat(observed.wasHeld()).isFalse();
    }

    @Test
    void aRecordIsSeenWhenTheReplyThatFirstShowedItWasProcessed() {
        look(claim(10), node(10), 100);
        look(claim(10), node(10), 900);

        assertThat(observed.seen()).isEqualTo(ms(100));
        assertThat(observed.isBound()).isTrue();
        assertThat(state(900)).isEqualTo(new NodeState.Held(master(10), ms(1100), false));
    }

    @Test
    void everyRenewalIsSeenAnew() {
        look(claim(10), node(10), 100);
        look(renewal(11, 10), node(10), 300);

        assertThat(observed.seen()).isEqualTo(ms(300));
        assertThat(state(300)).isEqualTo(new NodeState.Held(master(10), ms(1300), false));
    }

    @Test
    void aRecordLapses1200MsAfterItWasSeen() {
        look(claim(10), node(10), 100);

        assertThat(observed.isFree(ms(1300) - 1)).isFalse();
        assertThat(observed.isFree(ms(1300))).isTrue();
    }

    @Test
    void aReleasedRecordIsFreeAtOnce() {
        look(released(10), null, 100);

        assertThat(observed.isFree(ms(100))).isTrue();
        assertThat(state(100)).isEqualTo(new NodeState.Absent(OTHER + " released the lease", ms(100)));
    }

    @Test
    void theMonotonicClockMayBeNegative() {
        look(released(10), null, -100);

        assertThat(observed.pairSeen()).isEqualTo(ms(-100));
        assertThat(state(-50)).isEqualTo(new NodeState.Absent(OTHER + " released the lease", ms(-100)));
    }

    @Test
    void aLookBehindAnEarlierOneIsStaleAndNothingFollowsFromIt() {
        look(renewal(11, 10), node(10), 100);

        assertThat(take(claim(10), null, ms(200))).isFalse();

        assertThat(observed.seen()).isEqualTo(ms(100));
        assertThat(state(200)).isEqualTo(new NodeState.Held(master(10), ms(1100), false));
    }

    @Test
    void aServerThatIsBehindFor10SecondsHasDataThatWasRestored() {
        look(renewal(11, 10), node(10), 100);
        assertThat(take(claim(10), node(10), ms(200))).isFalse();
        assertThat(take(claim(10), node(10), ms(10_199))).isFalse();

        assertThat(take(claim(10), node(10), ms(10_200))).isTrue();

        assertThat(observed.seen()).isEqualTo(ms(10_200));
        assertThat(notices)
                .containsExactly(
                        "ZooKeeper's data was wiped, or restored from an earlier state: epochs may come twice");
    }

    @Test
    void aLookThatIsCurrentEndsTheSuspicion() {
        look(renewal(11, 10), node(10), 100);
        assertThat(take(claim(10), node(10), ms(200))).isFalse();
        look(renewal(11, 10), node(10), 300);

        assertThat(take(claim(10), node(10), ms(10_250))).isFalse();
    }

    @Test
    void aLeaseNodeFromBeforeIsOneOfWipedData() {
        look(renewal(11, 10), node(10), 100);

        assertThat(take(new LeaseNode(2, 2, 0, released(2).record()), null, ms(200)))
                .isTrue();

        assertThat(notices).containsExactly("ZooKeeper's data was wiped or replaced: epochs start again");
    }

    @Test
    void aWipedEnsembleThatNumbersItsNodeAsBeforeIsNotBehindWhenTheNodeWasMissing() {
        look(renewal(11, 10), node(10), 100);
        look(null, null, 200);

        assertThat(take(released(2), null, ms(300))).isTrue();

        assertThat(observed.seen()).isEqualTo(ms(300));
        assertThat(notices).singleElement().asString().startsWith("ZooKeeper's data was wiped, or restored");
    }

    @Test
    void aWipedEnsembleThatComesToTheSameNumbersShowsAnotherRecord() {
        look(renewal(11, 10), node(10), 100);

        look(lease(11, LeaseRecord.held(OTHER_ID, "another", L, 10, OTHER)), node(10), 5000);

        assertThat(observed.seen()).isEqualTo(ms(5000));
    }

    @Test
    void aLaterLeaseNodeWasMadeAnewInPlaceOfADeletedOne() {
        look(renewal(11, 10), node(10), 100);

        assertThat(take(new LeaseNode(12, 12, 0, released(12).record()), null, ms(200)))
                .isTrue();

        assertThat(observed.seen()).isEqualTo(ms(200));
        assertThat(notices).containsExactly("the lease node was deleted and created anew");
    }

    @Test
    void aNodeThatIsNotBoundMakesTheFirstLookTorn() {
        look(released(10), node(12), 100);

        assertThat(observed.torn()).isEqualTo(1);
        assertThat(state(100)).isNull();
    }

    @Test
    void aStrangerIsConfirmedByTwoLooks() {
        look(released(10), node(12), 100);
        look(released(10), node(12), 101);

        assertThat(observed.torn()).isZero();
        assertThat(state(101))
                .isEqualTo(new NodeState.Stranger(
                        new Master(OTHER, 12, ElectionDriver.SINCE, OTHERS_SESSION, null), null));
    }

    @Test
    void aNodeThatChangesBetweenTheLooksIsTornTwice() {
        look(released(10), node(12), 100);
        look(released(13), node(12), 101);

        assertThat(observed.torn()).isEqualTo(2);
        assertThat(state(101))
                .isEqualTo(new NodeState.Unknown("the lease and the master's node did not match in two reads", null));
    }

    @Test
    void aNodeThatWasBoundOnceIsNoStranger() {
        look(claim(10), node(10), 100);
        look(released(11), node(10), 200);

        assertThat(observed.torn()).isZero();
        assertThat(state(200))
                .isEqualTo(
                        new NodeState.Unknown("the master's node belongs to a lease that was changed by hand", null));
    }

    @Test
    void aPersistentNodeBlocks() {
        look(released(10), new MasterNode(12, 1, 0, ElectionDriver.SINCE, MasterData.of(new byte[0])), 100);

        assertThat(observed.torn()).isZero();
        assertThat(state(100)).isInstanceOf(NodeState.Blocked.class);
    }

    @Test
    void aMasterWhoseNodeIsGoneIsNamedUntilTheEndOfItsLease() {
        look(claim(10), node(10), 100);
        look(claim(10), null, 200);

        assertThat(state(200)).isEqualTo(new NodeState.Held(master(10), ms(1100), false));
    }

    @Test
    void aMasterWhoseNodeWasNeverSeenIsNotNamed() {
        look(claim(10), null, 100);

        assertThat(state(1099))
                .isEqualTo(new NodeState.Unknown(
                        "the master's node is missing while the lease of other:1 runs", ms(1100)));
        assertThat(state(1100)).isEqualTo(new NodeState.Absent("the lease of other:1 lapsed", ms(1100)));
    }

    @Test
    void anUnreadableRecordLapsesAfter72Seconds() {
        look(new LeaseNode(1, 10, 3, LeaseRecord.of(new byte[0])), null, 100);

        assertThat(state(72_099)).isEqualTo(new NodeState.Unknown("the lease record cannot be read", ms(72_100)));
        assertThat(observed.isFree(ms(72_100) - 1)).isFalse();
        assertThat(observed.isFree(ms(72_100))).isTrue();
        assertThat(state(72_100))
                .isEqualTo(new NodeState.Absent("the lease record cannot be read, and lapsed", ms(72_100)));
    }

    @Test
    void withoutALeaseNodeThereHasBeenNoMaster() {
        take(null, null, ms(100));

        assertThat(state(100)).isInstanceOf(NodeState.Absent.class);
        assertThat(observed.wasHeld()).isFalse();
        assertThat(observed.isFree(ms(100))).isFalse();
    }

    @Test
    void theLongestLeaseThatMayRunUnnoticedIsTheOwnOrTheLastOneSeen() {
        assertThat(observed.longest(L)).isEqualTo(L);
        look(claim(10), node(10), 100);
        assertThat(observed.longest(Duration.ofMillis(500))).isEqualTo(L);
        assertThat(observed.longest(Duration.ofMillis(5000))).isEqualTo(Duration.ofMillis(5000));
    }

    @Test
    void theAddressIsTheOneOfTheRecordWhenTheNodeIsBound() {
        look(claim(10), ElectionDriver.node(10, OTHERS_SESSION, "edited:1"), 100);

        assertThat(observed.master().address()).isEqualTo(OTHER);
    }

    private boolean take(@Nullable LeaseNode lease, @Nullable MasterNode node, long nanos) {
        return observed.look(new Reply.Looked(lease, node, null, false), nanos);
    }

    private void look(@Nullable LeaseNode lease, @Nullable MasterNode node, long millis) {
        assertThat(take(lease, node, ms(millis))).isTrue();
    }

    private NodeState state(long millis) {
        return observed.state(null, ms(millis));
    }

    private static LeaseNode claim(long mzxid) {
        return lease(mzxid, LeaseRecord.held(OTHER_ID, "n" + mzxid, L, 0, OTHER));
    }

    private static LeaseNode renewal(long mzxid, long epoch) {
        return lease(mzxid, LeaseRecord.held(OTHER_ID, "n" + mzxid, L, epoch, OTHER));
    }

    private static LeaseNode released(long mzxid) {
        return lease(mzxid, LeaseRecord.released("n" + mzxid, OTHER, null));
    }

    private static LeaseNode lease(long mzxid, LeaseRecord record) {
        return new LeaseNode(1, mzxid, (int) mzxid, record);
    }

    private static MasterNode node(long czxid) {
        return ElectionDriver.node(czxid, OTHERS_SESSION, OTHER);
    }

    private static Master master(long epoch) {
        return new Master(OTHER, epoch, ElectionDriver.SINCE, OTHERS_SESSION, OTHER_ID);
    }

    private static long ms(long millis) {
        return millis * 1_000_000;
    }
}
