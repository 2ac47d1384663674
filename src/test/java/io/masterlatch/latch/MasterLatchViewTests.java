package io.masterlatch.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Role;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a latch tells of itself and of the master, from memory. */
class MasterLatchViewTests {

    @RegisterExtension
    final LatchThreads threads = new LatchThreads();

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final FakeMasterNode node = new FakeMasterNode();
    private final FakeMasterNode shortNode = new FakeMasterNode(TIMEOUT);
    private MasterLatch latch = new MasterLatch(node, "here:1");

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void knowsNothingBeforeItIsStarted() {
        assertThat(role()).isEqualTo(Role.UNKNOWN);
        assertThat(latch.getId()).isEqualTo("here:1");
        assertThat(latch.mastership().connection()).isEqualTo(Connection.CLOSED);
    }

    @Test
    void namesItselfAsTheMaster() {
        latch.start();
        await().until(latch::hasLeadership);

        Master master = latch.getLeader().orElseThrow();
        assertThat(master.address()).isEqualTo("here:1");
        assertThat(master.epoch()).isPositive();
        assertThat(master.session()).isEqualTo(latch.mastership().session().id());
        assertThat(role()).isEqualTo(Role.MASTER);
    }

    @Test
    void namesAnotherMasterWithItsEpoch() {
        Master other = node.holdBySomebodyElse("there:1");
        latch.start();

        await().until(() -> latch.getLeader().isPresent());
        assertThat(latch.getLeader()).contains(other);
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(role()).isEqualTo(Role.STANDBY);

        Master next = node.holdBySomebodyElse("there:2");
        await().until(() -> latch.getLeader().filter(next::equals).isPresent());
    }

    @Test
    void namesAMasterUnderItsOwnAddressAndIsNotMaster() {
        node.holdBySomebodyElse("here:1");
        latch.start();

        await().until(() -> latch.getLeader().isPresent());
        assertThat(latch.hasLeadership()).isFalse();
        assertThat(latch.mastership().warning(System.nanoTime()))
                .hasValueSatisfying(warning -> assertThat(warning).contains("this instance's own address here:1"));
    }

    @Test
    void anObserverNeverClaims() {
        latch = new MasterLatch(node, "here:1", false);
        latch.start();
        await().until(() -> role() == Role.OBSERVER);
        assertThat(latch.getLeader()).isEmpty();

        Master master = node.holdBySomebodyElse("there:1");
        await().until(() -> latch.getLeader().filter(master::equals).isPresent());
        node.delete();
        await().until(() -> latch.getLeader().isEmpty());

        await().during(Duration.ofMillis(100)).until(() -> role() == Role.OBSERVER && !node.isOurs());
    }

    @Test
    void staysMasterThroughALossThatIsShorterThanTheLease() {
        latch.start();
        await().until(latch::hasLeadership);
        long epoch = latch.getLeader().orElseThrow().epoch();

        node.cutOff();
        await().until(() -> latch.mastership().connection() == Connection.SUSPENDED);
        assertThat(latch.hasLeadership()).isTrue();
        node.connect();
        await().until(() -> latch.mastership().connection() == Connection.CONNECTED);

        assertThat(latch.hasLeadership()).isTrue();
        assertThat(latch.getLeader().orElseThrow().epoch()).isEqualTo(epoch);
    }

    @Test
    void cannotTellWhenTheLeaseHasRunOutAndCanAgainLater() {
        latch = new MasterLatch(shortNode, "here:1");
        latch.start();
        await().until(latch::hasLeadership);
        Master master = latch.getLeader().orElseThrow();

        shortNode.cutOff();
        long cut = System.nanoTime();

        await().pollInterval(Duration.ofMillis(1)).until(() -> !latch.hasLeadership());
        assertThat(Duration.ofNanos(System.nanoTime() - cut))
                .isGreaterThan(TIMEOUT.multipliedBy(4).dividedBy(10));
        assertThat(shortNode.isOurs()).isTrue();
        assertThat(role()).isEqualTo(Role.UNKNOWN);
        assertThat(latch.getLeader()).isEmpty();
        shortNode.connect();
        await().until(latch::hasLeadership);
        assertThat(latch.getLeader()).contains(master);
    }

    @Test
    void aStandbyCannotTellEitherOnceItsKnowledgeIsOld() {
        shortNode.holdBySomebodyElse("there:1");
        latch = new MasterLatch(shortNode, "here:1");
        latch.start();
        await().until(() -> latch.getLeader().isPresent());

        shortNode.cutOff();

        await().until(() -> latch.getLeader().isEmpty());
        assertThat(role()).isEqualTo(Role.UNKNOWN);
        shortNode.connect();
        await().until(() -> role() == Role.STANDBY && latch.getLeader().isPresent());
    }

    @Test
    void theLeaseEndsByTheClockThoughTheElectionStandsStill() {
        latch = new MasterLatch(shortNode, "here:1");
        latch.start();
        await().until(latch::hasLeadership);
        Mastership last = latch.mastership();
        CountDownLatch release = new CountDownLatch(1);
        Thread holder = new Thread(() -> shortNode.standStill(release));
        holder.start();

        await().until(() -> !latch.hasLeadership());

        assertThat(latch.getLeader()).isEmpty();
        assertThat(latch.mastership().session()).isEqualTo(last.session());
        release.countDown();
        await().until(latch::hasLeadership);
    }

    @Test
    void anExpiredSessionIsFollowedByAnother() {
        latch.start();
        await().until(latch::hasLeadership);
        Master before = latch.getLeader().orElseThrow();

        node.expire();

        await().until(() -> latch.getLeader()
                .filter(master -> master.epoch() > before.epoch())
                .isPresent());
        assertThat(latch.hasLeadership()).isTrue();
        assertThat(latch.getLeader().orElseThrow().session()).isNotEqualTo(before.session());
    }

    @Test
    void saysWhatStandsInTheWay() {
        node.block("a stone");
        latch.start();

        await().until(() -> role() == Role.STANDBY);
        assertThat(latch.mastership().problem(System.nanoTime())).contains("a stone");
        node.delete();
        await().until(latch::hasLeadership);
        assertThat(latch.mastership().problem(System.nanoTime())).isEmpty();
    }

    private Role role() {
        return latch.mastership().role(System.nanoTime());
    }
}
