package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.latch.LeadershipCalls;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FaultyProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFrameworkFactory;

/** A latch that reaches ZooKeeper through a network of its own, and all that its listeners heard. */
final class Candidate implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(2);

    private final Stage stage;
    private final FaultyProxy network;
    private final MasterLatch latch;
    private final LeadershipCalls calls = new LeadershipCalls();
    private final List<MastershipChange> changes = new CopyOnWriteArrayList<>();

    Candidate(
            Stage stage,
            FaultyProxy network,
            CuratorFrameworkFactory.Builder clients,
            String path,
            String address,
            boolean stands) {
        this.stage = stage;
        this.network = network;
        this.latch = new MasterLatch(new CuratorMasterNode(clients, path), address, stands);
        latch.addListener(calls);
        latch.addChangeListener(changes::add);
    }

    Candidate start() {
        stage.start(latch::start);
        return this;
    }

    FaultyProxy network() {
        return network;
    }

    MasterLatch latch() {
        return latch;
    }

    boolean leads() {
        return latch.hasLeadership();
    }

    Role role() {
        return latch.mastership().role(System.nanoTime());
    }

    /** The epoch of the master it knows, 0 when it knows none. */
    long epoch() {
        return latch.getLeader().map(Master::epoch).orElse(0L);
    }

    /** The address of the master it knows, with empty text for none. */
    String master() {
        return latch.getLeader().map(Master::address).orElse("");
    }

    long session() {
        return latch.mastership().session().id();
    }

    String problem() {
        return latch.mastership().problem(System.nanoTime()).orElse("");
    }

    String warning() {
        return latch.mastership().warning(System.nanoTime()).orElse("");
    }

    List<String> calls() {
        return calls.calls();
    }

    List<MastershipChange> changes() {
        return List.copyOf(changes);
    }

    Candidate awaitLeading() {
        await(latch.getId() + " leads")
                .pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .until(this::leads);
        return this;
    }

    Candidate awaitNotLeading() {
        await(latch.getId() + " leads no more")
                .pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .until(() -> !leads());
        return this;
    }

    Candidate awaitRole(Role role) {
        await(latch.getId() + " is " + role)
                .pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .until(() -> role() == role);
        return this;
    }

    /** Waits until it knows this master and is not it. */
    Candidate awaitStandbyOf(Candidate master) {
        await(latch.getId() + " knows the master")
                .pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .until(() -> role() == Role.STANDBY && master.leads() && epoch() == master.epoch());
        return this;
    }

    void awaitCalls(String... expected) {
        await().pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(calls()).containsExactly(expected));
    }

    void awaitLastCall(String expected) {
        await().pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .until(() ->
                        !calls().isEmpty() && calls().get(calls().size() - 1).equals(expected));
    }

    void assertCallsAlternate() {
        List<String> heard = calls();
        for (int call = 0; call < heard.size(); call++) {
            assertThat(heard.get(call)).isEqualTo(call % 2 == 0 ? "isLeader" : "notLeader");
        }
    }

    void awaitProblem(String part) {
        await().pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(problem()).contains(part));
    }

    void awaitWarning(String part) {
        await().pollInterval(POLL)
                .atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(warning()).contains(part));
    }

    /** Ends it as the death of its process does: ZooKeeper hears nothing of it. */
    void kill() {
        network.cut();
        latch.close();
    }

    @Override
    public void close() {
        latch.close();
        network.close();
    }
}
