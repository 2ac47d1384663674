package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Event;
import io.masterlatch.election.Mastership.Connection;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Request;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Latches on clients that others use as well. */
class SharedClientTests {

    @RegisterExtension
    final TestElection election = new TestElection();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @ConcurrentTest
    void aLatchMayBeStartedBeforeItsClient() throws Exception {
        CuratorFramework client = client(builder -> builder);
        MasterLatch latch = latch(client, "/master", "a:1");
        latch.start();
        await().until(() -> latch.mastership()
                .problem(latch.now())
                .filter("no connection to ZooKeeper yet: the Curator client is not started"::equals)
                .isPresent());

        client.start();

        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @ConcurrentTest
    void aServerMayComeAfterAll() {
        election.server().stop();
        CuratorFramework client = client(builder -> builder);
        client.start();
        MasterLatch latch = latch(client, "/master", "a:1");
        latch.start();
        await().until(() -> latch.mastership().connectError() != null);
        assertThat(latch.mastership().role(latch.now())).isEqualTo(Role.UNKNOWN);
        assertThat(latch.mastership().connectError()).contains("127.0.0.1:");

        election.server().start();

        await().atMost(TestElection.PATIENCE).until(latch::hasLeadership);
        assertThat(latch.mastership().problem(latch.now())).isEmpty();
    }

    @ConcurrentTest
    void severalLatchesShareOneClientOnPathsOfTheirOwn() throws Exception {
        CuratorFramework client = client(builder -> builder);
        client.start();
        List<MasterLatch> latches = List.of(
                latch(client, "/one", "a:1"), latch(client, "/two", "a:2"), latch(client, "/deep/three", "a:3"));
        latches.forEach(MasterLatch::start);
        for (MasterLatch latch : latches) {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(election.server().sessions()).isOne();

        latches.get(0).close();

        assertThat(latches).extracting(MasterLatch::hasLeadership).containsExactly(false, true, true);
        await().until(() -> election.server().node("/one").czxid() == 0);
        await().until(() -> election.server().children("/one-candidates") == 0);
        assertThat(client.getState()).isEqualTo(CuratorFrameworkState.STARTED);
        assertThat(new String(client.getData().forPath("/two"), UTF_8)).isEqualTo("a:2");
    }

    @ConcurrentTest
    void severalClientsInOneProcessHaveOneMaster() {
        List<MasterLatch> latches = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            CuratorFramework client = client(builder -> builder);
            client.start();
            latches.add(latch(client, "/master", "a:" + number));
        }
        latches.forEach(MasterLatch::start);
        await().atMost(TestElection.PATIENCE)
                .until(() -> latches.stream().filter(MasterLatch::hasLeadership).count() == 1
                        && latches.stream()
                                        .map(MasterLatch::getLeader)
                                        .distinct()
                                        .count()
                                == 1);
    }

    @ConcurrentTest
    void theNamespaceOfTheClientIsRespected() throws Exception {
        CuratorFramework client = client(builder -> builder.namespace("app"));
        client.start();
        // A view of a client, which lets nothing be started, closed or listened to but its connection.
        MasterLatch latch = latch(client.usingNamespace("app/inner"), "/deep/master", "a:1");
        latch.start();
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(election.server().node("/app/inner/deep/master").session()).isNotZero();
        assertThat(election.server().node("/app/inner/deep/master-lease").czxid())
                .isNotZero();
        await().until(() -> election.server().children("/app/inner/deep/master-candidates") == 1);
        latch.close();
        await().until(() -> election.server().children("/app/inner/deep/master-candidates") == 0);
    }

    @ConcurrentTest
    void closingALatchLeavesTheClientOpenAndNothingOfItsOwnBehind() throws Exception {
        CuratorFramework client = client(builder -> builder);
        client.start();
        for (int life = 0; life < 3; life++) {
            MasterLatch latch = latch(client, "/master", "a:1");
            latch.start();
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
            await().until(() -> election.server().children("/master-candidates") == 1);

            latch.close();

            await().until(() -> election.server().children("/master-candidates") == 0);
            assertThat(election.server().node("/master").czxid()).isZero();
        }
        assertThat(client.checkExists().forPath("/master-lease")).isNotNull();
        assertThat(client.getState()).isEqualTo(CuratorFrameworkState.STARTED);
    }

    /** A candidate that withdraws and joins again may have two nodes for a moment. */
    @ConcurrentTest
    void closingAStoreDeletesANodeWhoseSuccessorHasLeftAlready() {
        CuratorFramework client = client(builder -> builder);
        client.start();
        CuratorMasterStore store = new CuratorMasterStore(client, "/master", null);
        opened.add(0, store::close);
        List<Event> events = new CopyOnWriteArrayList<>();
        store.open(events::add);
        await().atMost(TestElection.PATIENCE).until(() -> events.stream().anyMatch(Event.Connected.class::isInstance));
        Request.JoinQueue join = new Request.JoinQueue("0123456789abcdef", "a:1", null);
        assertThat(send(store, join)).as("makes the queue").isInstanceOf(Reply.Failed.class);
        send(store, join);
        String second = ((Reply.Joined) send(store, join)).name();
        send(store, new Request.LeaveQueue(second));
        assertThat(election.server().children("/master-candidates")).isOne();

        store.close();

        await().atMost(TestElection.PATIENCE).until(() -> election.server().children("/master-candidates") == 0);
    }

    @ConcurrentTest
    void aClientThatIsClosedUnderALatchEndsItsLeadership() throws Exception {
        CuratorFramework client = client(builder -> builder);
        client.start();
        MasterLatch latch = latch(client, "/master", "a:1");
        latch.start();
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();

        client.close();

        await().atMost(TestElection.PATIENCE).until(() -> !latch.hasLeadership());
        await().atMost(TestElection.PATIENCE)
                .until(() -> latch.mastership().role(latch.now()) == Role.UNKNOWN
                        && latch.mastership().connection() != Connection.CONNECTED);
        long began = System.nanoTime();
        latch.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "master", "/", "/master/", "/master-lease", "/master-candidates"})
    void aPathThatCannotBeUsedIsRefused(String path) {
        CuratorFramework client = client(builder -> builder);

        assertThatIllegalArgumentException().isThrownBy(() -> new MasterLatch(client, path, "a:1"));
    }

    @Test
    void aStoreSaysWhereItIs() {
        CuratorFramework client = client(builder -> builder.namespace("app"));

        assertThat(new CuratorMasterStore(client, "/master", null))
                .hasToString("/app/master at " + election.server().connectString());
    }

    private CuratorFramework client(UnaryOperator<CuratorFrameworkFactory.Builder> settings) {
        CuratorFramework client = settings.apply(
                        Participant.client(election.server().connectString()))
                .build();
        opened.add(client);
        return client;
    }

    private static Reply send(CuratorMasterStore store, Request request) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        store.send(request, reply::complete);
        return reply.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private MasterLatch latch(CuratorFramework client, String path, String address) {
        MasterLatch latch = election.watched(new MasterLatch(client, path, address, TestElection.LEASE), path);
        opened.add(0, latch);
        return latch;
    }
}
