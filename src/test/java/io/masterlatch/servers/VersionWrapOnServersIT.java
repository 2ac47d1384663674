package io.masterlatch.servers;

import static io.masterlatch.servers.Instance.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.testing.ZooKeeperProcess;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A lease whose data version comes round: 2147483647 is followed by -2147483648, and -2 by 0, since a write that names
 * -1 would be taken at any version.
 */
@ParameterizedClass
@MethodSource("io.masterlatch.servers.ServerVersion#all")
class VersionWrapOnServersIT {

    private static final String RECORD = "masterlatch 1 released n0";
    private static VersionedServer server;

    @Parameter
    private ServerVersion version;

    @BeforeParameterizedClassInvocation
    static void start(ServerVersion version) {
        ZooKeeperProcess prepared = version.server("wrap");
        version.run(
                DataWithVersions.class,
                prepared.data().toString(),
                RECORD,
                "/renewed-lease=-2",
                "/claimed-lease=-2",
                "/replaced-lease=-2",
                "/released-lease=-2",
                "/leftover-lease=-2",
                "/any-lease=-1",
                "/largest-lease=" + Integer.MAX_VALUE);
        server = version.start(prepared);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    private static Instance at(String path, int version) {
        Instance instance = server.instance(path, "one");
        assertThat(instance.look().lease().version()).isEqualTo(version);
        return instance;
    }

    /** Expects the version to be 0, and that each write which names a version that was, or never is, conflicts. */
    private static void assertAtZero(Instance instance, LeaseNode written) {
        assertThat(written.version()).isZero();
        Reply.Looked look = instance.look();
        assertThat(look.lease()).isEqualTo(written);
        for (int stale : new int[] {-2, -3, 1}) {
            assertFailed(instance.renew(1, stale), Kind.CONFLICT);
            assertFailed(instance.claim(stale, null), Kind.CONFLICT);
            assertFailed(instance.release(stale, null), Kind.CONFLICT);
        }
        assertThat(instance.look()).isEqualTo(look);
        assertThat(((Reply.Written) instance.renew(1, 0)).lease().version()).isEqualTo(1);
        instance.assertStayedConnected();
    }

    @Test
    void aRenewal() {
        try (Instance one = at("/renewed", -2)) {
            assertFailed(one.renew(1, 0), Kind.CONFLICT);
            Reply.Written renewed = (Reply.Written) one.renew(1, -2);
            assertThat(renewed.node()).isNull();
            assertAtZero(one, renewed.lease());
        }
    }

    @Test
    void aClaim() throws Exception {
        try (Instance one = at("/claimed", -2)) {
            LeaseNode before = one.look().lease();
            one.zooKeeper().create(one.path(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            assertFailed(one.claim(-2, null), Kind.NODE_CHANGED);
            assertFailed(one.claim(-2, 1), Kind.NODE_CHANGED);
            one.zooKeeper().delete(one.path(), 0);
            assertThat(one.look().lease()).isEqualTo(before);

            Reply.Written claimed = one.claimed(-2, null);
            assertThat(claimed.lease().mzxid()).isEqualTo(claimed.node().czxid());
            assertThat(claimed.node().version()).isEqualTo(1);
            assertAtZero(one, claimed.lease());
        }
    }

    @Test
    void aClaimThatDeletesTheNodeOfAnotherSession() throws Exception {
        try (Instance one = at("/replaced", -2);
                Instance other = server.instance("/replaced", "other")) {
            other.zooKeeper().create(other.path(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            Reply.Written claimed = one.claimed(-2, 0);
            assertThat(claimed.lease().mzxid()).isEqualTo(claimed.node().czxid());
            assertThat(claimed.node().owner()).isEqualTo(one.session());
            assertAtZero(one, claimed.lease());
        }
    }

    @Test
    void aRelease() throws Exception {
        try (Instance one = at("/released", -2)) {
            one.zooKeeper().create(one.path(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            assertFailed(one.release(-2, 1), Kind.NODE_CHANGED);
            assertThat(one.look().lease().version()).isEqualTo(-2);
            Reply.Written released = (Reply.Written) one.release(-2, 0);
            assertThat(one.look().node()).isNull();
            assertAtZero(one, released.lease());
        }
    }

    @Test
    void theRemovalOfALeftover() throws Exception {
        try (Instance one = at("/leftover", -2)) {
            one.zooKeeper().create(one.path(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            assertFailed(one.send(new Request.RemoveLeftover(-3, 0)), Kind.CONFLICT);
            assertThat(one.send(new Request.RemoveLeftover(-2, 0))).isEqualTo(new Reply.Done());
            assertThat(one.look().node()).isNull();
        }
    }

    @Test
    void theLargestVersion() {
        try (Instance one = at("/largest", Integer.MAX_VALUE)) {
            Reply.Written renewed = (Reply.Written) one.renew(1, Integer.MAX_VALUE);
            assertThat(renewed.lease().version()).isEqualTo(Integer.MIN_VALUE);
            assertThat(((Reply.Written) one.renew(1, Integer.MIN_VALUE)).lease().version())
                    .isEqualTo(Integer.MIN_VALUE + 1);
        }
    }

    @Test
    void anyVersionIsNeverNamed() {
        try (Instance one = at("/any", -1)) {
            Reply.Looked before = one.look();
            for (Reply reply : new Reply[] {
                one.claim(-1, null),
                one.renew(1, -1),
                one.release(-1, null),
                one.send(new Request.RemoveLeftover(-1, 0))
            }) {
                assertFailed(reply, Kind.REFUSED);
            }
            assertThat(one.look()).isEqualTo(before);
        }
    }
}
