package io.masterlatch.curator;

import static io.masterlatch.curator.RawClient.failed;
import static io.masterlatch.curator.RawClient.looked;
import static io.masterlatch.curator.RawClient.reply;
import static io.masterlatch.curator.RawClient.written;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Event;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.election.TakeOver;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.LocalZooKeeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guard of the lease counts the releases for any candidate, on a real server. */
@SuppressWarnings("try") // a ZooKeeper handle in a try
class GuardTests {

    private static final Paths PATHS = new Paths("/master");
    private static final Request.Look FIRST = new Request.Look(false, true, true, null);

    // Sessions may last for two of the longest leases: no renewal comes while a test looks on.
    private final LocalZooKeeper server = new LocalZooKeeper(Duration.ofSeconds(6));
    private final List<String> fired = new CopyOnWriteArrayList<>();
    private RawClient client;
    private RawClient other;
    private LeaseRequests requests;
    private LeaseRequests others;

    @BeforeEach
    void connect() throws Exception {
        server.start();
        client = new RawClient(server.connectString());
        other = new RawClient(server.connectString());
        Watcher watcher = event -> fired.add(event.getPath());
        requests = new LeaseRequests(client, PATHS, TestElection.OPEN, watcher, watcher);
        others = new LeaseRequests(other, PATHS, TestElection.OPEN, event -> {}, event -> {});
        assertThat(reply(reply -> others.createLease(new Request.CreateLease(released("")), reply)))
                .isEqualTo(new Reply.Done());
        written(reply -> others.claim(new Request.Claim(held("b"), 0, null, null, TakeOver.UNHELD), reply));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        other.close();
        server.close();
    }

    @Test
    void aLookReadsItBehindTheLease() throws Exception {
        Reply.Looked first = looked(reply -> requests.look(FIRST, reply));

        assertThat(first.guard()).isZero();
        assertThat(client.asked).startsWith(PATHS.lease(), PATHS.guard(), PATHS.master());
        assertThat(looked(reply -> requests.look(new Request.Look(false, true, false, null), reply))
                        .guard())
                .isNull();
        other.delete(PATHS.guard(), -1);
        assertThat(looked(reply -> requests.look(FIRST, reply)).guard()).isNull();
    }

    @Test
    void itsWatchFiresBeforeTheOthers() throws Exception {
        looked(reply -> requests.look(FIRST, reply));
        release(1, "");

        await().until(() -> fired.size() == 3);
        assertThat(fired).containsExactly(PATHS.guard(), PATHS.lease(), PATHS.master());
    }

    @Test
    void aReleaseForOneCandidateAndARenewalLeaveItAlone() throws Exception {
        written(reply -> others.renew(new Request.Renew(held("b"), 1), reply));
        assertThat(failed(reply -> others.release(new Request.Release(released(""), 1, 1, null), reply))
                        .kind())
                .isEqualTo(Kind.CONFLICT);
        release(2, " for a");

        assertThat(looked(reply -> requests.look(FIRST, reply)).guard()).isZero();
        assertThat(fired).isEmpty();
    }

    @Test
    void aClaimNeedsNoLookAtARelease() throws Exception {
        release(1, "");
        Reply.Written claimed = written(reply -> requests.claim(claim(2, 1), reply));

        assertThat(claimed.lease().version()).isEqualTo(3);
        assertThat(claimed.lease().mzxid()).isEqualTo(claimed.node().czxid());
        assertThat(other.exists(PATHS.master(), false).getEphemeralOwner()).isEqualTo(client.getSessionId());
    }

    @Test
    void aClaimFailsWhenTheReleaseWasNotTheOnlyWrite() throws Exception {
        written(reply -> others.renew(new Request.Renew(held("b"), 1), reply));
        release(2, "");

        assertThat(kind(claim(2, 1))).isEqualTo(Kind.CONFLICT);
    }

    @Test
    void aClaimFailsWhenTheWriteWasNoRelease() throws Exception {
        written(reply -> others.renew(new Request.Renew(held("b"), 1), reply));
        other.delete(PATHS.master(), -1);
        assertThat(kind(claim(2, 1))).isEqualTo(Kind.NODE_CHANGED);

        release(2, " for b");
        assertThat(kind(claim(3, 1))).isEqualTo(Kind.NODE_CHANGED);
        assertThat(looked(reply -> requests.look(FIRST, reply)).lease().version())
                .isEqualTo(3);
    }

    @Test
    void aClaimFailsWhileANodeIsThere() throws Exception {
        release(1, "");
        other.create(PATHS.master(), new byte[0], TestElection.OPEN, CreateMode.EPHEMERAL);

        assertThat(kind(claim(2, 1))).isEqualTo(Kind.NODE_CHANGED);
    }

    @Test
    void withoutAGuardAReleaseIsDoneAndAClaimFails() throws Exception {
        other.delete(PATHS.guard(), -1);
        release(1, "");

        assertThat(other.exists(PATHS.master(), false)).isNull();
        assertThat(kind(claim(2, 1))).isEqualTo(Kind.NODE_CHANGED);
        assertThat(reply(requests::createGuard)).isEqualTo(new Reply.Done());
        assertThat(kind(claim(2, 1))).as("a new guard counts from zero").isEqualTo(Kind.NODE_CHANGED);
    }

    @Test
    void theFirstInTheQueueFollowsAMasterThatStopsWithoutALook() throws Exception {
        List<String> traffic = new CopyOnWriteArrayList<>();
        List<String> causes = new CopyOnWriteArrayList<>();
        try (CuratorFramework one = curator();
                CuratorFramework two = curator();
                MasterLatch a = latch(new CuratorMasterStore(one, "/one", null), "a:1");
                MasterLatch b = latch(new Recording(new CuratorMasterStore(two, "/one", null), traffic), "b:1")) {
            b.addChangeListener(change -> causes.add(change.cause()));
            a.start();
            a.await();
            b.start();
            await().until(() -> traffic.contains("Look: Looked, guard 0"));
            traffic.clear();

            a.close();

            assertThat(b.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(traffic.get(0)).isEqualTo("Claim: Written");
            await().untilAsserted(() -> assertThat(causes).contains("took over from a:1: it released the lease"));
        }
    }

    private CuratorFramework curator() {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(server.connectString(), 120_000, 10_000, new RetryForever(100));
        client.start();
        return client;
    }

    private static MasterLatch latch(MasterStore store, String address) {
        return MasterLatch.builder(store)
                .address(address)
                .lease(LeaseRecord.LONGEST)
                .build();
    }

    /** Notes what is asked and answered. */
    private record Recording(MasterStore store, List<String> traffic) implements MasterStore {

        @Override
        public void open(Consumer<Event> events) {
            store.open(events);
        }

        @Override
        public void send(Request request, Consumer<Reply> reply) {
            store.send(request, answer -> {
                String guard = answer instanceof Reply.Looked looked && looked.guard() != null
                        ? ", guard " + looked.guard()
                        : "";
                traffic.add(request.getClass().getSimpleName() + ": "
                        + answer.getClass().getSimpleName() + guard);
                reply.accept(answer);
            });
        }

        @Override
        public CompletableFuture<List<Candidate>> candidates() {
            return store.candidates();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private void release(int version, String words) throws Exception {
        Integer node = other.exists(PATHS.master(), false) == null ? null : Integer.valueOf(1);
        written(reply -> others.release(new Request.Release(released(words), version, node, null), reply));
    }

    private Kind kind(Request.Claim claim) throws Exception {
        return failed(reply -> requests.claim(claim, reply)).kind();
    }

    private static Request.Claim claim(int version, int guard) {
        return new Request.Claim(held("a"), version, null, guard, TakeOver.RELEASED);
    }

    private static LeaseRecord released(String words) {
        return LeaseRecord.of(("masterlatch 1 released 1111111111111111" + words).getBytes(UTF_8));
    }

    private static LeaseRecord held(String id) {
        return LeaseRecord.of(("masterlatch 1 " + id + " 2222222222222222 3000 - " + id + ":1").getBytes(UTF_8));
    }
}
