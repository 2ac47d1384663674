package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.Standing;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who withdraws gives up what he has and only observes, until he stands again at the end of the line. */
class WithdrawalTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @Test
    void theMasterGivesUpAndAnotherFollows() throws Exception {
        Candidate a = stage.candidate("a").start().awaitLeading();
        Candidate b = stage.candidate("b").start().awaitStandbyOf(a);
        awaitLine(a, "a:1", "b:1");

        a.latch().withdraw().get(10, TimeUnit.SECONDS);

        assertThat(a.leads()).isFalse();
        b.awaitLeading();
        a.awaitRole(Role.OBSERVER);
        await().until(() -> a.master().equals("b:1"));
        awaitLine(b, "b:1");
        a.awaitCalls("isLeader", "notLeader");
        assertThat(a.changes())
                .extracting(MastershipChange::from, MastershipChange::to, MastershipChange::cause)
                .contains(tuple(Role.MASTER, Role.UNKNOWN, "it was withdrawn"));
    }

    @Test
    void aStandbyLeavesTheLineAndTheMasterStays() throws Exception {
        Candidate a = stage.candidate("a").start().awaitLeading();
        Candidate b = stage.candidate("b").start().awaitStandbyOf(a);
        awaitLine(a, "a:1", "b:1");
        long epoch = a.epoch();

        b.latch().withdraw().get(10, TimeUnit.SECONDS);

        b.awaitRole(Role.OBSERVER);
        awaitLine(a, "a:1");
        assertThat(a.leads()).isTrue();
        assertThat(a.epoch()).isEqualTo(epoch);
        a.latch().close();
        await().until(() -> stage.server().node(Stage.PATH).czxid() == 0 && b.epoch() == 0);
        assertThat(b.calls()).isEmpty();
    }

    @Test
    void anObserverKeepsItsSession() throws Exception {
        Candidate a = stage.candidate("a").start().awaitLeading();
        Candidate observer = stage.observer("o", Stage.LONG).start().awaitRole(Role.OBSERVER);
        long session = observer.session();

        observer.latch().withdraw().get(10, TimeUnit.SECONDS);

        assertThat(observer.role()).isEqualTo(Role.OBSERVER);
        assertThat(observer.session()).isEqualTo(session);
        assertThat(a.leads()).isTrue();
    }

    @Test
    void whoStandsAgainDoesSoAtTheEndOfTheLine() throws Exception {
        Candidate a = stage.candidate("a").start().awaitLeading();
        Candidate b = stage.candidate("b").start().awaitStandbyOf(a);
        Candidate c = stage.candidate("c").start().awaitStandbyOf(a);
        awaitLine(a, "a:1", "b:1", "c:1");
        a.latch().withdraw().get(10, TimeUnit.SECONDS);
        b.awaitLeading();
        a.awaitRole(Role.OBSERVER);

        a.latch().stand().get(10, TimeUnit.SECONDS);

        a.awaitStandbyOf(b);
        awaitLine(b, "b:1", "c:1", "a:1");
        assertThat(c.calls()).isEmpty();
        await().untilAsserted(() -> assertThat(a.changes())
                .last()
                .extracting(MastershipChange::from, MastershipChange::to, MastershipChange::cause)
                .containsExactly(Role.OBSERVER, Role.STANDBY, "it stands again"));
        b.latch().close();
        c.awaitLeading();
        c.latch().close();
        a.awaitLeading();
        a.awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @Test
    void anObserverThatIsToldToStandBecomesTheMasterWhenThereIsNone() throws Exception {
        Candidate observer = stage.observer("o", Stage.LONG).start().awaitRole(Role.OBSERVER);

        observer.latch().stand().get(10, TimeUnit.SECONDS);

        observer.awaitLeading();
        long epoch = observer.epoch();
        observer.latch().withdraw().get(10, TimeUnit.SECONDS);
        observer.awaitRole(Role.OBSERVER);
        assertThat(observer.epoch()).isZero();
        observer.latch().stand().get(10, TimeUnit.SECONDS);
        observer.awaitLeading();
        assertThat(observer.epoch()).isGreaterThan(epoch);
    }

    @Test
    void lastsThroughACloseAndAStart() throws Exception {
        Candidate a = stage.candidate("a");
        a.latch().withdraw().get(10, TimeUnit.SECONDS);
        a.start().awaitRole(Role.OBSERVER);
        a.latch().close();
        a.start().awaitRole(Role.OBSERVER);
        a.latch().close();
        assertThat(a.latch().mastership().stands()).isFalse();
        a.latch().stand().get(10, TimeUnit.SECONDS);
        assertThat(a.latch().mastership().stands()).isTrue();

        a.start().awaitLeading();

        a.awaitCalls("isLeader");
    }

    @Test
    void whileCutOffEndsTheMastershipAtOnceAndHereFirst() throws Exception {
        Candidate a = stage.candidate("a", Stage.SHORT).start().awaitLeading();
        Candidate b = stage.candidate("b", Stage.SHORT).start().awaitStandbyOf(a);
        a.network().cut();

        a.latch().withdraw().get(10, TimeUnit.SECONDS);

        assertThat(a.leads()).isFalse();
        b.awaitLeading();
        a.network().restore();
        a.awaitRole(Role.OBSERVER);
        awaitLine(b, "b:1");
    }

    private static void awaitLine(Candidate asked, String... addresses) {
        await().atMost(Stage.PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(asked.latch().candidates().join())
                        .extracting(Standing::address)
                        .isEqualTo(List.of(addresses)));
    }
}
