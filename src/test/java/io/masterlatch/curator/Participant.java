package io.masterlatch.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FaultyProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.data.ACL;
import org.awaitility.core.ConditionFactory;

/**
 * A latch on a client of its own, which reaches ZooKeeper through a network of its own, and what its listeners were
 * called with.
 */
final class Participant implements LeaderLatchListener, AutoCloseable {

    private final FaultyProxy network;
    private final CuratorFramework client;
    private final MasterLatch latch;
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<MastershipChange> changes = new CopyOnWriteArrayList<>();

    Participant(
            int port,
            String address,
            String path,
            boolean candidate,
            List<ACL> acl,
            UnaryOperator<CuratorFrameworkFactory.Builder> clients) {
        network = FaultyProxy.to(port);
        client = clients.apply(client(network.connectString())).build();
        client.start();
        latch = MasterLatch.builder(client, path)
                .address(address)
                .lease(TestElection.LEASE)
                .candidate(candidate)
                .acl(acl)
                .build();
        latch.addListener(this);
        latch.addChangeListener(changes::add);
    }

    static CuratorFrameworkFactory.Builder client(String connectString) {
        int timeout = (int) TestElection.SESSION.toMillis();
        return CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(timeout)
                .connectionTimeoutMs(timeout)
                .retryPolicy(new RetryForever(100))
                .ensembleTracker(false);
    }

    Participant start() {
        latch.start();
        return this;
    }

    FaultyProxy network() {
        return network;
    }

    CuratorFramework client() {
        return client;
    }

    MasterLatch latch() {
        return latch;
    }

    boolean leads() {
        return latch.hasLeadership();
    }

    Role role() {
        return latch.mastership().role(latch.now());
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
        return latch.mastership().problem(latch.now()).orElse("");
    }

    String warning() {
        return latch.mastership().warning().orElse("");
    }

    List<String> queue() {
        return latch.candidates().join().stream().map(Candidate::address).toList();
    }

    List<String> calls() {
        return List.copyOf(calls);
    }

    List<MastershipChange> changes() {
        return List.copyOf(changes);
    }

    Participant awaitLeading() {
        waiting("leads").until(this::leads);
        return this;
    }

    Participant awaitRole(Role role) {
        waiting("is " + role).until(() -> role() == role);
        return this;
    }

    Participant awaitStandbyOf(Participant master) {
        waiting("knows the master").until(() -> role() == Role.STANDBY && master.leads() && epoch() == master.epoch());
        return this;
    }

    void awaitQueue(String... addresses) {
        waiting("sees the queue")
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(queue()).containsExactly(addresses));
    }

    void awaitCalls(String... expected) {
        waiting("calls its listeners").untilAsserted(() -> assertThat(calls()).containsExactly(expected));
    }

    void awaitProblem(String part) {
        waiting("has a problem").untilAsserted(() -> assertThat(problem()).contains(part));
    }

    void awaitWorking() {
        waiting("has no problem").untilAsserted(() -> assertThat(problem()).isEmpty());
    }

    void awaitWarning(String part) {
        waiting("warns").untilAsserted(() -> assertThat(warning()).contains(part));
    }

    void assertCallsAlternate() {
        List<String> heard = calls();
        for (int call = 0; call < heard.size(); call++) {
            assertThat(heard.get(call)).isEqualTo(call % 2 == 0 ? "isLeader" : "notLeader");
        }
    }

    /** Ends it as the death of its process does: ZooKeeper hears nothing of it. */
    void kill() {
        network.cut();
        latch.close();
        client.close();
    }

    private ConditionFactory waiting(String what) {
        return await(latch.getId() + " " + what)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(TestElection.PATIENCE);
    }

    @Override
    public void isLeader() {
        calls.add("isLeader");
    }

    @Override
    public void notLeader() {
        calls.add("notLeader");
    }

    @Override
    public void close() {
        network.restore();
        latch.close();
        client.close();
        network.close();
    }
}
