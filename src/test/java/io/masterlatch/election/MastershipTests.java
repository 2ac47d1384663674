package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Mastership.Connection;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MastershipTests {

    private static final long T = Duration.ofSeconds(10).toNanos();
    private static final String SELF = "self:1";
    private static final Session SESSION = new Session(0x2a, Duration.ofNanos(T));
    private static final Master OWN = new Master(SELF, 5, Instant.EPOCH, SESSION.id());
    private static final Master OTHER = new Master("other:1", 6, Instant.EPOCH, 0x2b);
    private static final Master TWIN = new Master(SELF, 7, Instant.EPOCH, 0x2c);

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE, Long.MAX_VALUE - 5, Long.MIN_VALUE, -1})
    void isMasterUntilTheVeryEndOfTheLeaseAndNoLonger(long end) {
        Mastership mastership = connected(true, held(OWN), end);

        assertThat(mastership.role(end - T)).isEqualTo(Role.MASTER);
        assertThat(mastership.role(end - 1)).isEqualTo(Role.MASTER);
        assertThat(mastership.master(end - 1)).contains(OWN);
        assertThat(mastership.leaseRemaining(end - 1)).isEqualTo(Duration.ofNanos(1));
        assertThat(mastership.knownFor(end - 1)).isEqualTo(Duration.ofNanos(1));
        assertThat(mastership.role(end)).isEqualTo(Role.UNKNOWN);
        assertThat(mastership.master(end)).isEmpty();
        assertThat(mastership.leaseRemaining(end)).isZero();
        assertThat(mastership.knownFor(end)).isZero();
        assertThat(mastership.role(end + 100 * T)).isEqualTo(Role.UNKNOWN);
        assertThat(mastership.leaseRemaining(end + 100 * T)).isZero();
    }

    @Test
    void whoeverHoldsTheNodeIsMasterEvenIfItDoesNotStand() {
        assertThat(connected(false, held(OWN), T).role(0)).isEqualTo(Role.MASTER);
    }

    @Test
    void theRoleOfOthersFollowsFromStanding() {
        for (Seat seat : new Seat[] {new Seat.Vacant(), held(OTHER), new Seat.Blocked("blocked")}) {
            assertThat(connected(true, seat, T).role(0)).isEqualTo(Role.STANDBY);
            assertThat(connected(false, seat, T).role(0)).isEqualTo(Role.OBSERVER);
            assertThat(connected(true, seat, T).leaseRemaining(0)).isZero();
            assertThat(connected(true, seat, T).knownFor(1)).isEqualTo(Duration.ofNanos(T - 1));
            assertThat(connected(true, seat, T).knownFor(T + 1)).isZero();
            assertThat(connected(true, seat, T).role(T)).isEqualTo(Role.UNKNOWN);
        }
    }

    @Test
    void ownershipIsAMatterOfTheSessionAndNotOfTheAddress() {
        assertThat(connected(true, held(TWIN), T).role(0)).isEqualTo(Role.STANDBY);
        Master strangeName = new Master("somebody:1", 5, Instant.EPOCH, SESSION.id());
        assertThat(connected(true, held(strangeName), T).role(0)).isEqualTo(Role.MASTER);
    }

    @Test
    void nobodyIsMasterWithoutASession() {
        Mastership none =
                new Mastership(SELF, true, Connection.CONNECTING, null, held(OWN), T, null, 0, null, null, null);

        assertThat(none.role(0)).isEqualTo(Role.STANDBY);
        assertThat(Mastership.closed(SELF, true, 0).role(0)).isEqualTo(Role.UNKNOWN);
        assertThat(Mastership.closed(SELF, true, 0).problem(0)).contains("the election is not started");
    }

    @ParameterizedTest
    @EnumSource(Connection.class)
    void saysWhyItCannotTell(Connection connection) {
        Mastership mastership =
                new Mastership(SELF, true, connection, SESSION, held(OWN), 0, null, 0, null, null, null);

        assertThat(mastership.problem(-1)).isEmpty();
        assertThat(mastership.problem(0)).isNotEmpty();
        assertThat(mastership.warning(0)).isEmpty();
    }

    @Test
    void troubleIsAProblemWhateverTheRole() {
        Mastership mastership = new Mastership(
                SELF, true, Connection.CONNECTED, SESSION, held(OTHER), T, "refused", 0, null, null, null);

        assertThat(mastership.problem(0)).contains("refused");
        assertThat(mastership.problem(T)).contains("refused");
    }

    @Test
    void aBlockedNodeIsAProblem() {
        assertThat(connected(true, new Seat.Blocked("it is persistent"), T).problem(0))
                .contains("it is persistent");
    }

    @Test
    void aVacancyIsAProblemWhenItLastsLongerThanTheSessionTimeout() {
        Mastership mastership = connected(false, new Seat.Vacant(), 10 * T);

        assertThat(mastership.problem(T)).isEmpty();
        assertThat(mastership.problem(T + 1)).contains("there has been no master for longer than the session timeout");
    }

    @Test
    void theOwnAddressInOtherHandsIsAWarningThatTimeMakesCertain() {
        Mastership mastership = connected(true, held(TWIN), 10 * T);

        assertThat(mastership.warning(2 * T))
                .contains("session 0x2c is master under this instance's own address self:1: the session of a previous"
                        + " run, which will expire, or another instance with the same master.address");
        assertThat(mastership.warning(2 * T + 1))
                .contains("session 0x2c is master under this instance's own address self:1: another instance is"
                        + " configured with the same master.address");
        assertThat(mastership.problem(2 * T + 1)).isEmpty();
    }

    @Test
    void oddDataOfAnotherMasterIsAWarning() {
        Mastership mastership = connected(true, new Seat.Held(OTHER, 0, "its data is empty"), T);

        assertThat(mastership.warning(0)).contains("session 0x2b is master and its data is empty");
        assertThat(connected(true, held(OTHER), T).warning(0)).isEmpty();
        assertThat(connected(true, held(OWN), T).warning(0)).isEmpty();
        assertThat(connected(true, new Seat.Vacant(), T).warning(0)).isEmpty();
    }

    private static Seat.Held held(Master master) {
        return new Seat.Held(master, 0, null);
    }

    private static Mastership connected(boolean stands, Seat seat, long knownUntil) {
        return new Mastership(SELF, stands, Connection.CONNECTED, SESSION, seat, knownUntil, null, 0, null, null, null);
    }
}
