package io.masterlatch.servers;

import static io.masterlatch.servers.Instance.assertFailed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Event;
import io.masterlatch.election.LeaseNode;
import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.election.TakeOver;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The transactions on the lease and the master's node, one by one. */
@ParameterizedClass
@MethodSource("io.masterlatch.servers.ServerVersion#all")
class ProtocolOnServersIT {

    private static VersionedServer server;

    @Parameter
    private ServerVersion version;

    private Instance one;
    private Instance other;

    @BeforeParameterizedClassInvocation
    static void start(ServerVersion version) {
        server = version.start(version.server("protocol"));
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        String path = server.newPath();
        one = server.instance(path, "one");
        other = server.instance(path, "other");
        assertThat(one.createLease()).isEqualTo(new Reply.Done());
    }

    @AfterEach
    void disconnect() {
        try {
            one.assertStayedConnected();
            other.assertStayedConnected();
        } finally {
            other.close();
            one.close();
        }
    }

    @Test
    void theLeaseIsCreatedOnceWithParentsAndGuard() throws Exception {
        LeaseNode created = one.look().lease();
        assertThat(created.version()).isZero();
        assertThat(created.record().isReleased()).isTrue();
        assertThat(created.mzxid()).isEqualTo(created.czxid());

        assertThat(other.createLease()).isEqualTo(new Reply.Done());
        assertThat(other.look().lease()).isEqualTo(created);

        assertThatThrownBy(() -> one.zooKeeper().delete(one.lease(), -1))
                .isInstanceOf(KeeperException.NotEmptyException.class);
        one.zooKeeper().delete(one.lease() + "/guard", -1);
        assertThat(one.send(new Request.CreateGuard())).isEqualTo(new Reply.Done());
        assertThat(other.send(new Request.CreateGuard())).isEqualTo(new Reply.Done());
    }

    @Test
    void aClaimCreatesTheNodeWithVersionOneInTheTransactionThatWritesTheLease() throws Exception {
        Reply.Written claimed = one.claimed(0, null);

        assertThat(claimed.lease().version()).isEqualTo(1);
        assertThat(claimed.lease().mzxid()).isEqualTo(claimed.node().czxid());
        assertThat(claimed.node().version()).isEqualTo(1);
        assertThat(claimed.node().owner()).isEqualTo(one.session());
        assertThat(claimed.node().data().address()).isEqualTo(one.address());

        Stat stat = other.zooKeeper().exists(other.path(), false);
        assertThat(stat.getCzxid()).isEqualTo(claimed.node().czxid());
        assertThat(stat.getVersion()).isEqualTo(1);
        assertThat(stat.getEphemeralOwner()).isEqualTo(one.session());
        assertThat(other.look()).isEqualTo(new Reply.Looked(claimed.lease(), claimed.node(), null, false));
    }

    @Test
    void aClaimThatDeletesTheNodeOfAnotherSessionMakesItItsOwn() {
        Reply.Written before = one.claimed(0, null);

        Reply.Written after = other.claimed(1, 1);
        assertThat(after.lease().mzxid()).isEqualTo(after.node().czxid());
        assertThat(after.node().czxid()).isGreaterThan(before.node().czxid());
        assertThat(after.node().version()).isEqualTo(1);
        assertThat(after.node().owner()).isEqualTo(other.session());

        // Neither the former master's renewal nor the end of its session touches the new one.
        assertFailed(one.renew(before.node().czxid(), 1), Kind.CONFLICT);
        one.close();
        server.endSession("one");
        Reply.Looked look = other.look();
        assertThat(look.lease()).isEqualTo(after.lease());
        assertThat(look.node()).isEqualTo(after.node());
    }

    @Test
    void anInstanceReplacesItsOwnNode() {
        Reply.Written before = one.claimed(0, null);
        Reply.Written after = one.claimed(1, 1);
        assertThat(after.node().czxid())
                .isGreaterThan(before.node().czxid())
                .isEqualTo(after.lease().mzxid());
        assertThat(after.node().owner()).isEqualTo(one.session());
    }

    @Test
    void aClaimThatFailsAtAnyPlaceChangesNothing() throws Exception {
        assertFailed(other.claim(7, null), Kind.CONFLICT);
        assertFailed(other.claim(0, 1), Kind.NODE_CHANGED);
        assertThat(one.look().node()).isNull();

        one.claimed(0, null);
        Reply.Looked claimed = one.look();
        assertFailed(other.claim(0, 1), Kind.CONFLICT);
        assertFailed(other.claim(1, null), Kind.NODE_CHANGED);
        assertFailed(other.claim(1, 0), Kind.NODE_CHANGED);
        assertThat(other.look()).isEqualTo(claimed);

        // A node of the same name that has just been created has version 0.
        one.zooKeeper().delete(one.path(), 1);
        one.zooKeeper().create(one.path(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        assertFailed(other.claim(1, 1), Kind.NODE_CHANGED);
        assertThat(other.look().lease()).isEqualTo(claimed.lease());
        assertThat(other.look().node().owner()).isEqualTo(one.session());
    }

    @Test
    void aRenewalWritesTheLeaseAndReadsTheNodeBehindIt() throws Exception {
        Reply.Written claimed = one.claimed(0, null);
        long epoch = claimed.node().czxid();

        Reply.Written renewed = (Reply.Written) one.renew(epoch, 1);
        assertThat(renewed.lease().version()).isEqualTo(2);
        assertThat(renewed.lease().czxid()).isEqualTo(claimed.lease().czxid());
        assertThat(renewed.lease().mzxid()).isGreaterThan(epoch);
        assertThat(renewed.node()).isEqualTo(claimed.node());
        assertFailed(one.renew(epoch, 1), Kind.CONFLICT);
        assertThat(other.look().lease()).isEqualTo(renewed.lease());

        other.zooKeeper().delete(other.path(), -1);
        assertThat(((Reply.Written) one.renew(epoch, 2)).node()).isNull();
        other.zooKeeper().create(other.path(), "by:1".getBytes(UTF_8), Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        MasterNode strangers = ((Reply.Written) one.renew(epoch, 3)).node();
        assertThat(strangers.czxid()).isNotEqualTo(epoch);
        assertThat(strangers.owner()).isEqualTo(other.session());
        assertThat(strangers.data().address()).isEqualTo("by:1");
    }

    @Test
    void aReleaseWritesTheLeaseDeletesTheNodeAndLeavesTheQueueBehindThat() throws Exception {
        String candidate = one.join(null);
        one.claimed(0, null);
        LeaseRecord record = one.released();

        Reply.Written released = (Reply.Written) one.send(new Request.Release(record, 1, 1, candidate));
        assertThat(released.lease().record()).isEqualTo(record);
        assertThat(released.lease().version()).isEqualTo(2);
        assertThat(other.look(new Request.Look(false, false, false, candidate)))
                .isEqualTo(new Reply.Looked(released.lease(), null, null, false));

        assertThat(one.release(2, null)).isInstanceOf(Reply.Written.class);
    }

    @Test
    void aReleaseOfWhatHasChangedChangesNothing() throws Exception {
        one.claimed(0, null);
        one.zooKeeper().setData(one.path(), "x".getBytes(UTF_8), 1);
        Reply.Looked changed = one.look();
        assertFailed(one.release(1, 1), Kind.NODE_CHANGED);
        assertFailed(one.release(0, 2), Kind.CONFLICT);
        assertThat(one.look()).isEqualTo(changed);

        assertThat(one.send(new Request.RestoreAddress(2, one.address()))).isEqualTo(new Reply.Done());
        assertThat(one.look().node().data().address()).isEqualTo(one.address());
        assertFailed(one.send(new Request.RestoreAddress(2, one.address())), Kind.NODE_CHANGED);

        one.zooKeeper().delete(one.path(), 3);
        assertFailed(one.release(1, 3), Kind.NODE_CHANGED);
        assertThat(one.look().lease().version()).isEqualTo(1);
    }

    @Test
    void aReleaseIsCountedByTheGuardAndClaimedWithoutALook() throws Exception {
        one.claimed(0, null);
        Reply.Looked seen = other.look(new Request.Look(false, true, true, null));
        assertThat(seen.guard()).isZero();
        assertThat(one.release(1, 1)).isInstanceOf(Reply.Written.class);
        other.awaitEvent(Event.GuardChanged.class);

        assertFailed(other.send(new Request.Claim(other.held(0), 1, null, 1, TakeOver.RELEASED)), Kind.CONFLICT);
        assertFailed(other.send(new Request.Claim(other.held(0), 2, null, 2, TakeOver.RELEASED)), Kind.NODE_CHANGED);
        Reply.Written claimed =
                (Reply.Written) other.send(new Request.Claim(other.held(0), 2, null, 1, TakeOver.RELEASED));
        assertThat(claimed.lease().version()).isEqualTo(3);
        assertThat(claimed.lease().mzxid()).isEqualTo(claimed.node().czxid());
        assertThat(claimed.node().version()).isEqualTo(1);
        assertThat(one.look()).isEqualTo(new Reply.Looked(claimed.lease(), claimed.node(), null, false));
    }

    @Test
    void withoutAGuardAReleaseIsDoneAndAClaimWithoutALookIsNot() throws Exception {
        one.claimed(0, null);
        one.zooKeeper().delete(one.lease() + "/guard", -1);
        assertThat(one.release(1, 1)).isInstanceOf(Reply.Written.class);

        Request claim = new Request.Claim(other.held(0), 2, null, 1, TakeOver.RELEASED);
        assertFailed(other.send(claim), Kind.NODE_CHANGED);
        assertThat(one.send(new Request.CreateGuard())).isEqualTo(new Reply.Done());
        assertFailed(other.send(claim), Kind.NODE_CHANGED);
        assertThat(other.look().lease().version()).isEqualTo(2);
        assertThat(other.look().node()).isNull();
    }

    @Test
    void aLeftoverIsRemovedOnlyWhileTheLeaseIsUnchanged() throws Exception {
        one.zooKeeper().create(one.path(), new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        assertThat(other.release(0, null)).isInstanceOf(Reply.Written.class);

        assertFailed(one.send(new Request.RemoveLeftover(0, 0)), Kind.CONFLICT);
        assertFailed(one.send(new Request.RemoveLeftover(1, 1)), Kind.NODE_CHANGED);
        assertThat(one.look().node()).isNotNull();
        assertThat(one.send(new Request.RemoveLeftover(1, 0))).isEqualTo(new Reply.Done());
        assertThat(one.look().node()).isNull();
        assertThat(one.look().lease().version()).isEqualTo(1);
        assertFailed(one.send(new Request.RemoveLeftover(1, 0)), Kind.NODE_CHANGED);
    }

    @Test
    void withoutALeaseNodeNothingIsWritten() throws Exception {
        one.zooKeeper().delete(one.lease() + "/guard", -1);
        one.zooKeeper().delete(one.lease(), -1);
        assertThat(one.look()).isEqualTo(new Reply.Looked(null, null, null, false));
        assertFailed(one.claim(0, null), Kind.NO_LEASE);
        assertFailed(one.renew(1, 0), Kind.NO_LEASE);
        assertFailed(one.release(0, null), Kind.NO_LEASE);
        assertFailed(one.send(new Request.RemoveLeftover(0, 0)), Kind.NO_LEASE);
        assertThat(one.look()).isEqualTo(new Reply.Looked(null, null, null, false));
    }

    @Test
    void aLookWatchesBothNodesAndATakeOverFiresOnce() {
        one.claimed(0, null);
        other.look(new Request.Look(false, true, false, null));
        one.claimed(1, 1);
        other.awaitEvent(Event.NodeChanged.class);

        other.look(new Request.Look(false, false, true, null));
        one.renew(1, 2);
        other.awaitEvent(Event.NodeChanged.class);

        one.look(new Request.Look(false, true, false, null));
        assertThat(one.release(3, 1)).isInstanceOf(Reply.Written.class);
        one.awaitEvent(Event.NodeChanged.class);
        one.look(new Request.Look(false, true, false, null));
        other.claimed(4, null);
        one.awaitEvent(Event.NodeChanged.class);
    }

    @Test
    void theEndOfASessionTakesItsNodeAndLeavesTheLease() {
        Reply.Written claimed = one.claimed(0, null);
        other.look(new Request.Look(false, true, false, null));
        one.close();
        server.endSession("one");
        other.awaitEvent(Event.NodeChanged.class);
        await().until(() -> other.look().node() == null);
        assertThat(other.look().lease()).isEqualTo(claimed.lease());
        assertThat(other.claimed(1, null).lease().version()).isEqualTo(2);
    }
}
