package io.masterlatch.servers;

import static io.masterlatch.servers.Instance.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.CandidateNode;
import io.masterlatch.election.Event;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The candidate queue, and what a server answers to requests that it does not allow. */
@ParameterizedClass
@MethodSource("io.masterlatch.servers.ServerVersion#all")
class QueueAndRightsOnServersIT {

    private static VersionedServer server;

    @Parameter
    private ServerVersion version;

    private final String path = server.newPath();
    private final String parent = path.substring(0, path.lastIndexOf('/'));

    @BeforeParameterizedClassInvocation
    static void start(ServerVersion version) {
        server = version.start(version.server("queue"));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    private static List<String> queue(Instance instance, String own) {
        return ((Reply.Queue) instance.send(new Request.ReadQueue(own)))
                .nodes().stream().map(CandidateNode::name).toList();
    }

    @Test
    void candidatesQueueInTheOrderInWhichTheyJoin() throws Exception {
        try (Instance one = server.instance(path, "one");
                Instance other = server.instance(path, "other")) {
            assertThat(queue(one, "none")).isEmpty();
            String first = one.join(null);
            String second = other.join(null);
            one.zooKeeper()
                    .create(
                            one.queue() + "/0123456789abcdef-0000000000",
                            new byte[0],
                            Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT);
            assertThat(queue(other, second)).containsExactly(first, second);

            // To the end, in one transaction; a former node that is missing does no harm.
            other.send(new Request.WatchCandidate(first));
            String third = one.join(first);
            other.awaitEvent(Event.CandidateLeft.class);
            assertThat(queue(other, second)).containsExactly(second, third);
            String fourth = one.join(first);
            assertThat(queue(other, second)).containsExactly(second, third, fourth);

            assertThat(one.send(new Request.LeaveQueue(third))).isEqualTo(new Reply.Done());
            assertThat(one.send(new Request.LeaveQueue(third))).isEqualTo(new Reply.Done());
            other.send(new Request.WatchCandidate(third));
            other.awaitEvent(Event.CandidateLeft.class);
            one.createLease();
            assertThat(other.look(new Request.Look(false, false, false, second)).candidate())
                    .isTrue();
            assertThat(other.look(new Request.Look(false, false, false, third)).candidate())
                    .isFalse();
            one.assertStayedConnected();
            other.assertStayedConnected();
        }
    }

    @Test
    void aLeaseThatMayNotBeWrittenIsRefusedWithTheReason() throws Exception {
        try (Instance one = server.instance(path, "one")) {
            one.zooKeeper().create(parent, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            one.zooKeeper().create(one.lease(), one.released().bytes(), Ids.READ_ACL_UNSAFE, CreateMode.PERSISTENT);
            for (Reply reply : List.of(
                    one.claim(0, null), one.renew(1, 0), one.release(0, null), one.send(new Request.CreateGuard()))) {
                assertRefused(reply, "no permission in ZooKeeper");
            }
            assertThat(one.createLease()).isEqualTo(new Reply.Done());
            assertThat(one.look().lease().version()).isZero();
            assertThat(one.look().node()).isNull();
            one.assertStayedConnected();
        }
    }

    @Test
    void aParentThatMayNotBeWrittenIsRefusedWithTheReason() throws Exception {
        try (Instance one = server.instance(path, "one")) {
            one.createLease();
            one.zooKeeper().create(one.queue(), new byte[0], Ids.READ_ACL_UNSAFE, CreateMode.PERSISTENT);
            one.zooKeeper().setACL(parent, Ids.READ_ACL_UNSAFE, -1);
            assertRefused(one.claim(0, null), "no permission in ZooKeeper to create " + path);
            assertRefused(
                    one.send(new Request.JoinQueue("one", one.address(), null)),
                    "no permission in ZooKeeper to create a candidate in " + one.queue());
            assertThat(one.look().lease().version()).isZero();

            one.zooKeeper().create(parent + "x", new byte[0], Ids.READ_ACL_UNSAFE, CreateMode.PERSISTENT);
            try (Instance beyond = server.instance(parent + "x/master", "one")) {
                assertRefused(beyond.createLease(), "no permission in ZooKeeper to create " + beyond.lease());
            }
        }
    }

    @Test
    void nodesForAuthenticatedCreatorsAreRefusedToOthers() {
        try (Instance one = server.instance(path, "authenticated", Ids.CREATOR_ALL_ACL)) {
            assertRefused(one.createLease(), "ZooKeeper refuses the access control list of " + parent);
            try (Instance open = server.instance(path, "open")) {
                open.createLease();
            }
            assertRefused(one.claim(0, null), "ZooKeeper refuses the access control list of " + path);
            assertThat(one.look().lease().version()).isZero();
            one.zooKeeper().addAuthInfo("digest", "one:secret".getBytes());
            assertThat(one.claim(0, null)).isInstanceOf(Reply.Written.class);
        }
    }

    @Test
    void anEphemeralParentIsRefusedWithTheReason() throws Exception {
        try (Instance one = server.instance(path, "one")) {
            one.zooKeeper().create(parent, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            assertRefused(one.createLease(), "is an ephemeral node, which can have no children");
            one.assertStayedConnected();
        }
    }

    private static void assertRefused(Reply reply, String why) {
        assertFailed(reply, Kind.REFUSED);
        assertThat(((Reply.Failed) reply).reason()).contains(why);
    }
}
