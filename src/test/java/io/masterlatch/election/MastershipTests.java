package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Mastership.Lease;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a snapshot answers at which instant. L is 3000 ms; the last look was sent at 1000 and answered at 1100. */
class MastershipTests {

    // The monotonic clock wraps around during each test.
    private static final long ORIGIN = Long.MAX_VALUE - 1_050_000_000;
    private static final Duration L = Duration.ofMillis(3000);
    private static final Session SESSION = new Session(0xa, Duration.ofSeconds(10));
    private static final Master SELF = new Master("self:1", 7, ElectionDriver.SINCE, 0xa, "a");
    private static final Master OTHER = new Master("other:1", 8, ElectionDriver.SINCE, 0xb, "b");

    // Own lease

    @Test
    void theMasterIsMasterUntilItsLeaseEndsAndNotAtThatInstant() {
        Mastership mastership = holding(1000);

        assertThat(mastership.role(nanosBefore(4000))).isEqualTo(Role.MASTER);
        assertThat(mastership.master(nanosBefore(4000))).contains(SELF);
        assertThat(mastership.leaseRemaining(nanosBefore(4000))).isEqualTo(Duration.ofNanos(1));
        assertThat(mastership.role(at(4000))).isNotEqualTo(Role.MASTER);
        assertThat(mastership.master(at(4000))).isEmpty();
        assertThat(mastership.leaseRemaining(at(4000))).isZero();
    }

    @Test
    void theMasterKnowsForTheRestOfItsLease() {
        assertThat(holding(1000).knownFor(at(1500))).isEqualTo(Duration.ofMillis(2500));
        assertThat(holding(1000).problem(at(3999))).isEmpty();
    }

    @Test
    void aWallClockThatRanAheadByMoreThanATenthOfTheLeaseEndsIt() {
        Mastership mastership = holding(1000);

        assertThat(mastership.role(ahead(2000, 300))).isEqualTo(Role.MASTER);
        assertThat(mastership.role(ahead(2000, 301))).isNotEqualTo(Role.MASTER);
        assertThat(mastership.leaseRemaining(ahead(2000, 301))).isZero();
    }

    @Test
    void aWallClockThatIsSetBackEndsNothing() {
        assertThat(holding(1000).role(ahead(2000, -3_600_000))).isEqualTo(Role.MASTER);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1_000_000_000})
    void theOriginOfTheMonotonicClockDoesNotMatter(long origin) {
        Mastership mastership = new Mastership(
                "self:1",
                "a",
                true,
                Connection.CONNECTED,
                SESSION,
                L,
                new Lease(SELF, new ClockReading(origin, 0), L),
                new NodeState.Held(SELF, origin, true),
                origin,
                origin,
                null,
                null,
                null,
                null,
                List.of());
        long end = origin + L.toNanos();

        assertThat(mastership.role(new ClockReading(end - 1, 3000))).isEqualTo(Role.MASTER);
        assertThat(mastership.role(new ClockReading(end, 3000))).isEqualTo(Role.UNKNOWN);
        assertThat(mastership.changesAt(new ClockReading(origin, 0))).isEqualTo(end);
    }

    @Test
    void afterTheOwnLeaseALookThatWasAnsweredAfterItsEndIsNeededToSayThatThereIsNoMaster() {
        Mastership before = of(true, null, new NodeState.Held(SELF, nanos(1101), true));
        Mastership after = of(true, null, new NodeState.Held(SELF, nanos(1100), true));

        assertThat(before.role(at(1200))).isEqualTo(Role.UNKNOWN);
        assertThat(before.vacancy(at(1200))).isEmpty();
        assertThat(after.role(at(1200))).isEqualTo(Role.STANDBY);
        assertThat(after.vacancy(at(1200))).contains("the lease of this instance lapsed 100 ms ago");
        assertThat(after.role(at(2600))).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void afterTheOwnLeaseItIsUpForTwoLeasesAndThenDown() {
        Mastership mastership = look(6500, of(true, null, new NodeState.Held(SELF, nanos(1000), true)));

        assertThat(mastership.problem(at(7000))).isEmpty();
        assertThat(mastership.problem(at(7001)))
                .contains("the lease of this instance ran out, and it has not been renewed");
    }

    @Test
    void afterTheOwnLeaseWithoutALookTheReasonIsThatThereWasNone() {
        Mastership mastership = of(true, null, new NodeState.Held(SELF, nanos(2000), true));

        assertThat(mastership.problem(at(2000))).isEmpty();
        assertThat(mastership.problem(at(8001)))
                .contains("ZooKeeper is connected and has not answered for longer than the lease");
    }

    // Another's lease

    @Test
    void aBoundMasterIsNamedUntilItsLeaseEnds() {
        Mastership mastership = of(true, null, new NodeState.Held(OTHER, nanos(3500), false));

        assertThat(mastership.role(at(3499))).isEqualTo(Role.STANDBY);
        assertThat(mastership.master(at(3499))).contains(OTHER);
        assertThat(mastership.knownFor(at(3000))).isEqualTo(Duration.ofMillis(500));
        assertThat(mastership.master(at(3500))).isEmpty();
        assertThat(mastership.problem(at(3499))).isEmpty();
    }

    @Test
    void aBoundMasterIsNotNamedLongerThanALeaseAfterTheLastLookWasSent() {
        Mastership mastership = of(true, null, new NodeState.Held(OTHER, nanos(9000), false));

        assertThat(mastership.master(at(3999))).contains(OTHER);
        assertThat(mastership.master(at(4000))).isEmpty();
        assertThat(mastership.role(at(4000))).isEqualTo(Role.UNKNOWN);
        assertThat(mastership.problem(at(4000)))
                .contains("ZooKeeper is connected and has not answered for longer than the lease");
    }

    @Test
    void anObserverIsAnObserverWhereACandidateIsAStandby() {
        assertThat(of(false, null, new NodeState.Held(OTHER, nanos(3500), false))
                        .role(at(2000)))
                .isEqualTo(Role.OBSERVER);
    }

    @Test
    void aLapseIsReportedForHalfALeaseAfterALookThatShowedIt() {
        Mastership mastership = of(true, null, new NodeState.Held(OTHER, nanos(1050), false));

        assertThat(mastership.role(at(1200))).isEqualTo(Role.STANDBY);
        assertThat(mastership.vacancy(at(1200))).contains("the lease of other:1 lapsed 150 ms ago");
        assertThat(mastership.role(at(2599))).isEqualTo(Role.STANDBY);
        assertThat(mastership.role(at(2600))).isEqualTo(Role.UNKNOWN);
        assertThat(mastership.vacancy(at(2600))).isEmpty();
    }

    @Test
    void aLapseIsUpForTwoLeasesAndTwoSecondsAndThenDown() {
        Mastership mastership = look(9500, of(true, null, new NodeState.Held(OTHER, nanos(2000), false)));

        assertThat(mastership.problem(at(10_000))).isEmpty();
        assertThat(mastership.problem(at(10_001)))
                .contains("there has been no master for 8 s: the lease of other:1 lapsed 8001 ms ago");
    }

    @Test
    void aReleasedLeaseIsReportedForHalfALeaseAndUpForTwoLeasesAndTwoSeconds() {
        Mastership mastership =
                look(9500, of(true, null, new NodeState.Absent("other:1 released the lease", nanos(2000))));

        assertThat(mastership.role(at(10_000))).isEqualTo(Role.STANDBY);
        assertThat(mastership.vacancy(at(10_000))).contains("other:1 released the lease");
        assertThat(mastership.problem(at(10_000))).isEmpty();
        assertThat(mastership.problem(at(10_001)))
                .contains("there has been no master for 8 s: other:1 released the lease");
        assertThat(mastership.role(at(11_100))).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void aStrangerIsNamedForALeaseAfterTheLookWasSent() {
        Master stranger = new Master("other:1", 8, ElectionDriver.SINCE, 0xb, null);
        Mastership mastership = of(true, null, new NodeState.Stranger(stranger, null));

        assertThat(mastership.master(at(3999))).contains(stranger);
        assertThat(mastership.problem(at(3999))).isEmpty();
        assertThat(mastership.role(at(4000))).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void whatBlocksIsAProblemAtOnce() {
        Mastership mastership = of(true, null, new NodeState.Blocked("a stone"));

        assertThat(mastership.role(at(1200))).isEqualTo(Role.STANDBY);
        assertThat(mastership.vacancy(at(1200))).contains("a stone");
        assertThat(mastership.problem(at(1200))).contains("a stone");
    }

    @Test
    void anUnknownRoleIsAProblemAtOnceAndSaysWhenItEnds() {
        assertThat(of(true, null, new NodeState.Unknown("rubbish", null)).problem(at(1200)))
                .contains("rubbish");
        assertThat(of(true, null, new NodeState.Unknown("rubbish", nanos(73_200)))
                        .problem(at(1200)))
                .contains("rubbish; the election goes on in 72 s");
        assertThat(of(true, null, new NodeState.Unknown("rubbish", null)).role(at(1200)))
                .isEqualTo(Role.UNKNOWN);
        assertThat(of(true, null, new NodeState.Unknown("rubbish", null)).knownFor(at(1200)))
                .isZero();
    }

    // Reasons

    @Test
    void withoutAConnectionTheReasonIsTheConnections() {
        NodeState held = new NodeState.Held(OTHER, nanos(3500), false);

        assertThat(of(Connection.SUSPENDED, held, null, null).problem(at(1200))).isEmpty();
        assertThat(of(Connection.SUSPENDED, held, null, null).problem(at(9000))).contains("no connection to ZooKeeper");
        assertThat(of(Connection.SUSPENDED, held, null, "refused").problem(at(9000)))
                .contains("no connection to ZooKeeper: refused");
        assertThat(of(Connection.CONNECTING, held, null, "refused").problem(at(9000)))
                .contains("no connection to ZooKeeper yet: refused");
        assertThat(new Election("self:1", true, L, () -> 1).snapshot(at(0)).problem(at(0)))
                .contains("the election is not started");
    }

    @Test
    void anErrorIsTheProblemWhateverElseIsKnown() {
        assertThat(of(Connection.CONNECTED, new NodeState.Held(OTHER, nanos(3500), false), "no right", null)
                        .problem(at(1200)))
                .contains("no right");
    }

    @Test
    void warningsAreJoined() {
        Mastership mastership = new Mastership(
                "self:1",
                "a",
                true,
                Connection.CONNECTED,
                SESSION,
                L,
                null,
                new NodeState.Unknown("", null),
                0,
                0,
                null,
                null,
                null,
                null,
                List.of("one", "two"));

        assertThat(mastership.warning()).contains("one; two");
        assertThat(holding(1000).warning()).isEmpty();
    }

    @Test
    void changesByItselfWhenWhatItSaysEnds() {
        assertThat(holding(1000).changesAt(at(1500))).isEqualTo(nanos(4000));
        assertThat(of(true, null, new NodeState.Held(OTHER, nanos(3500), false)).changesAt(at(1500)))
                .isEqualTo(nanos(3500));
        assertThat(of(true, null, new NodeState.Held(OTHER, nanos(1050), false)).changesAt(at(1500)))
                .isEqualTo(nanos(2600));
        assertThat(of(true, null, new NodeState.Unknown("rubbish", nanos(8000))).changesAt(at(1500)))
                .isEqualTo(nanos(8000));
    }

    /** Health is down whenever the role is unknown, but for two leases after the own lease. */
    @Test
    void anUnknownRoleIsAProblemInEveryState() {
        List<NodeState> states = List.of(
                new NodeState.Held(SELF, nanos(1050), true),
                new NodeState.Held(SELF, nanos(2000), true),
                new NodeState.Held(OTHER, nanos(1050), false),
                new NodeState.Held(OTHER, nanos(3500), false),
                new NodeState.Absent("", nanos(1000)),
                new NodeState.Stranger(OTHER, null),
                new NodeState.Blocked("blocked"),
                new NodeState.Unknown("unknown", null));
        for (NodeState state : states) {
            for (long millis = 1100; millis < 12_000; millis += 50) {
                Mastership mastership = of(true, null, state);
                boolean spared = state instanceof NodeState.Held held
                        && held.own()
                        && nanos(millis) - held.end() <= 2 * L.toNanos();
                if (mastership.role(at(millis)) == Role.UNKNOWN && !spared) {
                    assertThat(mastership.problem(at(millis)))
                            .as("%s at %d", state, millis)
                            .isPresent();
                }
            }
        }
    }

    private static Mastership holding(long sent) {
        return of(true, new Lease(SELF, at(sent), L), new NodeState.Held(SELF, nanos(0), true));
    }

    private static Mastership of(boolean candidate, @Nullable Lease lease, NodeState state) {
        return new Mastership(
                "self:1",
                "a",
                candidate,
                Connection.CONNECTED,
                SESSION,
                L,
                lease,
                state,
                nanos(1000),
                nanos(1100),
                null,
                null,
                null,
                null,
                List.of());
    }

    private static Mastership of(
            Connection connection, NodeState state, @Nullable String error, @Nullable String connectError) {
        return new Mastership(
                "self:1",
                "a",
                true,
                connection,
                SESSION,
                L,
                null,
                state,
                nanos(1000),
                nanos(1100),
                error,
                connectError,
                null,
                null,
                List.of());
    }

    private static Mastership look(long answered, Mastership m) {
        return new Mastership(
                m.self(),
                m.id(),
                m.candidate(),
                m.connection(),
                m.session(),
                m.leaseLength(),
                m.lease(),
                m.state(),
                nanos(answered),
                nanos(answered),
                null,
                null,
                null,
                null,
                List.of());
    }

    private static long nanos(long millis) {
        return ORIGIN + millis * 1_000_000;
    }

    private static ClockReading at(long millis) {
        return new ClockReading(nanos(millis), 1_000_000 + millis);
    }

    private static ClockReading nanosBefore(long millis) {
        return new ClockReading(nanos(millis) - 1, 1_000_000 + millis);
    }

    private static ClockReading ahead(long millis, long by) {
        return new ClockReading(nanos(millis), 1_000_000 + millis + by);
    }
}
