package io.masterlatch.curator;

import static io.masterlatch.curator.RawClient.failed;
import static io.masterlatch.curator.RawClient.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.testing.LocalZooKeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each request about the candidate queue does on a real server, and how its outcome is answered. */
class QueueRequestsTests {

    private static final Paths PATHS = new Paths("/app/master");
    private static final String A = "aaaaaaaaaaaaaaaa";
    private static final String B = "bbbbbbbbbbbbbbbb";
    private static final String C = "cccccccccccccccc";

    private final LocalZooKeeper server = new LocalZooKeeper(Duration.ofMillis(500));
    private final AtomicInteger left = new AtomicInteger();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private RawClient client;
    private RawClient other;
    private QueueRequests requests;

    @BeforeEach
    void connect() throws Exception {
        server.start();
        client = new RawClient(server.connectString());
        other = new RawClient(server.connectString());
        requests = new QueueRequests(
                client,
                PATHS,
                TestElection.OPEN,
                event -> left.incrementAndGet(),
                warning -> warnings.add(String.valueOf(warning)));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        other.close();
        server.close();
    }

    @Test
    void theQueueIsCreatedByTheFirstThatJoins() throws Exception {
        assertThat(queue("none")).isEmpty();
        assertThat(requests.candidates().get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(reply(reply -> requests.join(new Request.JoinQueue(A, "a:1", null), null, reply)))
                .isEqualTo(new Failed(Kind.NODE_CHANGED, "/app/master-candidates was missing"));

        String name = join(A, null);

        assertThat(name).startsWith(A + "-");
        assertThat(queue(name)).containsExactly(A);
        assertThat(other.exists(PATHS.candidate(name), false).getEphemeralOwner())
                .isEqualTo(client.getSessionId());
        assertThat(other.exists(PATHS.queue(), false).getEphemeralOwner()).isZero();
    }

    @Test
    void eachJoinsAtTheEndAndLeaves() throws Exception {
        create();
        String a = join(A, null);
        String b = join(B, null);
        assertThat(queue(b)).containsExactly(A, B);

        String again = join(A, a);
        assertThat(queue(b)).containsExactly(B, A);
        assertThat(again).isNotEqualTo(a);
        assertThat(requests.candidates().get(10, TimeUnit.SECONDS))
                .extracting(Candidate::address, Candidate::url)
                .containsExactly(tuple("b:1", "http://b:1/"), tuple("a:1", "http://a:1/"));

        assertThat(leave(b)).isEqualTo(new Reply.Done());
        assertThat(leave(b)).as("it is gone already").isEqualTo(new Reply.Done());
        assertThat(queue(again)).containsExactly(A);
    }

    @Test
    void aFormerNodeThatIsGoneDoesNotKeepItFromJoining() throws Exception {
        create();
        String a = join(A, null);
        other.delete(PATHS.candidate(a), -1);

        join(A, a);

        assertThat(queue("none")).containsExactly(A);
    }

    @Test
    void onlyEphemeralNodesOfLatchesAreCandidates() throws Exception {
        create();
        other.create(PATHS.candidate(B + "-"), null, TestElection.OPEN, CreateMode.PERSISTENT_SEQUENTIAL);
        other.create(PATHS.candidate("stranger-"), null, TestElection.OPEN, CreateMode.EPHEMERAL_SEQUENTIAL);
        other.create(
                PATHS.candidate(C + "-"), "c:1".getBytes(UTF_8), TestElection.OPEN, CreateMode.EPHEMERAL_SEQUENTIAL);
        String a = join(A, null);

        for (int reading = 0; reading < 3; reading++) {
            assertThat(queue(a)).containsExactly(C, A);
        }
        assertThat(requests.candidates().get(10, TimeUnit.SECONDS))
                .extracting(candidate -> candidate.node().id(), Candidate::address, Candidate::session)
                .containsExactly(tuple(C, "c:1", other.getSessionId()), tuple(A, "a:1", client.getSessionId()));
    }

    @Test
    void anyNumberOfPersistentNodesIsIgnoredAndReported() throws Exception {
        create();
        String a = join(A, null);
        assertThat(queue(a)).containsExactly(A);
        assertThat(warnings).containsOnly("null");
        warnings.clear();
        leave(a);
        List<String> created = new ArrayList<>();
        for (int node = 0; node < 40; node++) {
            created.add(
                    other.create(PATHS.candidate(B + "-"), null, TestElection.OPEN, CreateMode.PERSISTENT_SEQUENTIAL));
        }
        String again = join(A, null);

        assertThat(queue(again)).containsExactly(A);
        assertThat(queue(again)).containsExactly(A);
        assertThat(warnings)
                .containsOnly("/app/master-candidates has persistent nodes, such as bbbbbbbbbbbbbbbb-0000000001:"
                        + " they are no candidates and are ignored");
        warnings.clear();
        for (String node : created) {
            other.delete(node, -1);
        }
        queue(again);
        assertThat(warnings).containsExactly("null");
    }

    @Test
    void aPersistentNodeIsNotWatchedForItsEnd() throws Exception {
        create();
        for (int node = 0; node < 20; node++) {
            other.create(PATHS.candidate(C + "-"), null, TestElection.OPEN, CreateMode.EPHEMERAL_SEQUENTIAL);
        }
        String b = other.create(PATHS.candidate(B + "-"), null, TestElection.OPEN, CreateMode.PERSISTENT_SEQUENTIAL);
        String a = join(A, null);
        assertThat(queue(a)).as("those at the front are examined").contains(B);

        reply(reply -> requests.watch(new Request.WatchCandidate(b.substring(b.lastIndexOf('/') + 1)), reply));

        assertThat(left).as("the queue is read again").hasValue(1);
        assertThat(queue(a)).doesNotContain(B);
    }

    @Test
    void aQueueWithThousandsOfChildrenIsNotReadAndTheConnectionStays() throws Exception {
        create();
        ManyChildrenTests.manyChildren(other, PATHS.queue());
        String a = join(A, null);
        String why = "/app/master-candidates has 3001 children, and at most 1000 are read";

        assertThat(failed(reply -> requests.read(new Request.ReadQueue(a), reply)))
                .isEqualTo(new Failed(Kind.REFUSED, why));
        assertThat(requests.candidates())
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining(why);
        assertThat(client.getState().isConnected()).isTrue();
        assertThat(leave(a)).isEqualTo(new Reply.Done());
    }

    @Test
    void aWatchedCandidateThatLeavesIsNoticed() throws Exception {
        create();
        String b = join(B, null);
        assertThat(reply(reply -> requests.watch(new Request.WatchCandidate(b), reply)))
                .isEqualTo(new Reply.Done());
        assertThat(left).hasValue(0);

        other.delete(PATHS.candidate(b), -1);
        await().untilAsserted(() -> assertThat(left).hasValue(1));

        assertThat(reply(reply -> requests.watch(new Request.WatchCandidate(b), reply)))
                .isEqualTo(new Reply.Done());
        assertThat(left).as("it had left before it was watched").hasValue(2);
        assertThat(server.watchers(PATHS.candidate(b)))
                .as("no node of this name comes again")
                .isZero();
    }

    @Test
    void whatIsNotAllowedIsRefusedInWords() throws Exception {
        create();
        other.setACL(PATHS.queue(), Collections.singletonList(new ACL(Perms.ADMIN, ZooDefs.Ids.ANYONE_ID_UNSAFE)), -1);

        Failed joined = failed(reply -> requests.join(new Request.JoinQueue(A, "a:1", null), null, reply));
        assertThat(joined)
                .isEqualTo(new Failed(
                        Kind.REFUSED, "no permission in ZooKeeper to create a candidate in /app/master-candidates"));
        Failed read = failed(reply -> requests.read(new Request.ReadQueue("a"), reply));
        assertThat(read)
                .isEqualTo(new Failed(Kind.REFUSED, "no permission in ZooKeeper to read /app/master-candidates"));
        assertThat(requests.candidates())
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining("no permission in ZooKeeper to read /app/master-candidates");
    }

    @Test
    void whatIsNotAnsweredIsUnanswered() throws Exception {
        create();
        server.stop();

        assertThat(failed(reply -> requests.read(new Request.ReadQueue("a"), reply))
                        .kind())
                .isEqualTo(Kind.UNANSWERED);
        assertThat(requests.candidates()).failsWithin(Duration.ofSeconds(10));
    }

    private void create() throws Exception {
        other.create("/app", null, TestElection.OPEN, CreateMode.PERSISTENT);
        other.create(PATHS.queue(), null, TestElection.OPEN, CreateMode.PERSISTENT);
    }

    private String join(String id, String former) throws Exception {
        String address = id.charAt(0) + ":1";
        return ((Reply.Joined) reply(reply ->
                        requests.join(new Request.JoinQueue(id, address, former), "http://" + address + "/", reply)))
                .name();
    }

    private Reply leave(String name) throws Exception {
        return reply(reply -> requests.leave(new Request.LeaveQueue(name), reply));
    }

    private List<String> queue(String own) throws Exception {
        Reply.Queue queue = (Reply.Queue) reply(reply -> requests.read(new Request.ReadQueue(own), reply));
        return queue.nodes().stream().map(CandidateNode::id).toList();
    }
}
