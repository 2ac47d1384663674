package io.masterlatch.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuccessionTests {

    private static final Duration T = Duration.ofSeconds(10);
    private static final long GRACE = Succession.GRACE.toNanos();
    private static final long LEASE = T.toNanos() / 20 * 13;
    private static final long VACANT = 1_000;

    private final Succession succession = new Succession();

    @Test
    void theFirstClaimsAtOnceAndEachOtherAfterThoseBeforeIt() {
        survey(VACANT, 3, 1, 2);
        succession.heldBy(99);

        assertThat(claimAt(1)).isEqualTo(VACANT);
        assertThat(claimAt(2)).isEqualTo(VACANT + GRACE);
        assertThat(claimAt(3)).isEqualTo(VACANT + 2 * GRACE);
    }

    @Test
    void theSecondIsFirstWhenTheMasterHasLeftTheLine() {
        survey(0, 1, 2, 3);
        succession.heldBy(1);

        succession.left(candidate(1).name());

        assertThat(succession.knows(2, VACANT)).isTrue();
        assertThat(claimAt(2)).isEqualTo(VACANT);
        assertThat(claimAt(3)).isEqualTo(VACANT + GRACE);
    }

    @Test
    void nobodyClaimsBeforeTheLeaseOfAMasterEndsThatStillStandsInLine() {
        survey(VACANT, 1, 2, 3);
        succession.heldBy(1);

        assertThat(claimAt(2)).as("its node was deleted by hand").isEqualTo(VACANT + LEASE);
        assertThat(claimAt(3)).isEqualTo(VACANT + LEASE);
    }

    @Test
    void theMasterWhoseNodeWasDeletedByHandClaimsAtOnce() {
        survey(0, 1, 2);
        succession.heldBy(1);

        assertThat(succession.knows(1, VACANT)).isTrue();
        assertThat(claimAt(1)).isEqualTo(VACANT);
    }

    @Test
    void aMasterFromTheEndOfTheLineIsWaitedForAsWell() {
        survey(VACANT, 1, 2, 3);
        succession.heldBy(3);

        assertThat(claimAt(1)).isEqualTo(VACANT + LEASE);
    }

    @Test
    void aLeaseCountsByItsOwnSessionsTimeout() {
        Candidate slow = new Candidate("slow", 1, Duration.ofSeconds(40), 1);
        succession.survey(List.of(slow, candidate(2)), VACANT, true, VACANT);
        succession.heldBy(1);

        assertThat(claimAt(2)).isEqualTo(VACANT + Duration.ofSeconds(26).toNanos());
    }

    @Test
    void whoHasNeverSeenAHolderTakesAnybodyBeforeItForThatOne() {
        survey(VACANT, 1, 2, 3);

        assertThat(claimAt(1)).as("the first of a cold start").isEqualTo(VACANT);
        assertThat(claimAt(2)).isEqualTo(VACANT + LEASE);
    }

    @Test
    void whoBeginsAnotherSessionHasSeenNoHolder() {
        succession.heldBy(99);
        succession.begin();
        survey(VACANT, 1, 2, 3);

        assertThat(claimAt(2))
                .as("1 may have been the holder since, and its node deleted by hand")
                .isEqualTo(VACANT + LEASE);
    }

    @Test
    void whoWasCutOffTakesAnyOtherForTheHolder() {
        survey(VACANT, 1, 2);
        succession.heldBy(99);
        succession.resume(VACANT);
        assertThat(succession.knows(1, VACANT)).isFalse();
        survey(VACANT, 1, 2);

        assertThat(succession.knows(1, VACANT)).isTrue();
        assertThat(claimAt(1)).as("2 may have been the holder since").isEqualTo(VACANT + LEASE);
    }

    @Test
    void whoWasCutOffTakesNoOldVacancyForGranted() {
        survey(VACANT, 1, 2);
        succession.resume(VACANT + 7);
        survey(VACANT + 8, 1, 2);

        assertThat(claimAt(1)).isEqualTo(VACANT + 7 + LEASE);
    }

    @Test
    void whoWasCutOffAndAloneInTheLineNeedNotWait() {
        succession.heldBy(1);
        succession.resume(VACANT);
        survey(VACANT, 1);

        assertThat(claimAt(1)).isEqualTo(VACANT);
    }

    @Test
    void whoWasCutOffIsBackInTouchWhenItSeesAHolder() {
        succession.heldBy(99);
        succession.resume(VACANT - 9);
        succession.heldBy(99);
        survey(VACANT, 1, 2);

        assertThat(claimAt(1)).isEqualTo(VACANT);
        assertThat(succession.knows(1, VACANT)).isTrue();
    }

    @Test
    void aMasterThatStandsInNoLineIsNotWaitedFor() {
        survey(VACANT, 1, 2);
        succession.heldBy(99);

        assertThat(claimAt(1)).isEqualTo(VACANT);
        assertThat(succession.knows(1, VACANT)).isTrue();
    }

    @Nested
    class OldKnowledge {

        @Test
        void isNotEnoughWhenTheHolderMayHaveJoinedSince() {
            survey(VACANT - 1, 1, 2);
            succession.heldBy(3);

            assertThat(succession.knows(1, VACANT)).isFalse();
            survey(VACANT, 1, 2);
            assertThat(succession.knows(1, VACANT)).isTrue();
        }

        @Test
        void isNotEnoughForWhoeverIsNotFirst() {
            survey(VACANT - 1, 1, 2, 3);
            succession.heldBy(1);
            succession.left(candidate(1).name());

            assertThat(succession.knows(3, VACANT)).isFalse();
        }

        @Test
        void isNotEnoughWhenTheHolderLeftTheLineBeforeItHeldTheSeat() {
            survey(VACANT - 1, 1, 2);
            succession.left(candidate(1).name());
            succession.heldBy(1);

            assertThat(succession.knows(2, VACANT))
                    .as("it may have joined again")
                    .isFalse();
        }

        @Test
        void isNotEnoughWhenTheHolderHeldOnAfterItLeftTheLine() {
            survey(VACANT - 1, 1, 2);
            succession.heldBy(1);
            succession.left(candidate(1).name());
            succession.heldBy(1);

            assertThat(succession.knows(2, VACANT)).isFalse();
        }

        /** It has the last holder in it, who normally has left with the seat: to wait for its lease would be to wait for nobody. */
        @Test
        void isBroughtUpToDateInTurnAndNotAfterTheLeaseOfTheLastHolder() {
            survey(VACANT - 1, 1, 2, 3);
            succession.heldBy(1);

            assertThat(claimAt(3)).isEqualTo(VACANT + GRACE);
            assertThat(succession.knows(3, VACANT)).isFalse();
            survey(VACANT + GRACE, 1, 2, 3);
            assertThat(claimAt(3)).as("the last holder is still there").isEqualTo(VACANT + LEASE);
            survey(VACANT + GRACE, 2, 3);
            assertThat(claimAt(3)).isEqualTo(VACANT + GRACE);
            assertThat(succession.knows(3, VACANT)).isTrue();
        }

        @Test
        void isNoneBeforeTheFirstSurvey() {
            assertThat(succession.contains(1)).isEmpty();
            survey(0, 1);
            assertThat(succession.contains(1)).contains(true);
            assertThat(succession.contains(2)).contains(false);
            succession.forget();
            assertThat(succession.contains(1)).isEmpty();
        }
    }

    @Nested
    class Names {

        @Test
        void tellSessionTimeoutAndPlace() {
            Session session = new Session(0xf00000000000abcL, Duration.ofMillis(4000));

            String name = Candidate.prefix(session) + "0000000012";

            assertThat(name).isEqualTo("0xf00000000000abc-4000-0000000012");
            assertThat(Candidate.of(name)).contains(new Candidate(name, session.id(), session.timeout(), 12));
        }

        @Test
        void holdSessionsOfServersWithHighNumbers() {
            Session session = new Session(0xff01020304050607L, T);
            String name = Candidate.prefix(session) + "0000000000";

            assertThat(Candidate.of(name)).map(Candidate::session).contains(session.id());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "x",
                    "0x1-10000-",
                    "0x1-0-0000000001",
                    "1-10000-0000000001",
                    "0x1-10000-000000000x",
                    "lock-0000000001"
                })
        void ofOthersAreNobody(String name) {
            assertThat(Candidate.of(name)).isEmpty();
        }
    }

    private long claimAt(long session) {
        return succession.claimAt(session, VACANT);
    }

    private void survey(long sent, long... sessions) {
        succession.survey(
                Arrays.stream(sessions).mapToObj(SuccessionTests::candidate).toList(), sent, true, sent);
    }

    private static Candidate candidate(long session) {
        String name = Candidate.prefix(new Session(session, T)) + String.format("%010d", session);
        return Candidate.of(name).orElseThrow();
    }
}
