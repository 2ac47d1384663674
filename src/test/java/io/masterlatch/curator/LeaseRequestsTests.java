package io.masterlatch.curator;

import static io.masterlatch.curator.RawClient.failed;
import static io.masterlatch.curator.RawClient.looked;
import static io.masterlatch.curator.RawClient.reply;
import static io.masterlatch.curator.RawClient.written;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.LeaseRecord;
import io.masterlatch.election.MasterNode;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Reply.Failed.Kind;
import io.masterlatch.election.Request;
import io.masterlatch.election.TakeOver;
import io.masterlatch.testing.LocalZooKeeper;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each request about the lease does on a real server, and how its outcome is answered. */
@SuppressWarnings("try") // a ZooKeeper handle in a try
class LeaseRequestsTests {

    private static final Paths PATHS = new Paths("/some/where/master");
    private static final Request.Look LOOK = new Request.Look(false, false, false, null);
    private static final LeaseRecord RELEASED = record("released 1111111111111111 by a:1");

    private final LocalZooKeeper server = new LocalZooKeeper(Duration.ofMillis(500));
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger guards = new AtomicInteger();
    private RawClient client;
    private RawClient other;
    private LeaseRequests requests;

    @BeforeEach
    void connect() throws Exception {
        server.start();
        client = new RawClient(server.connectString());
        other = new RawClient(server.connectString());
        requests = new LeaseRequests(
                client,
                PATHS,
                TestElection.OPEN,
                event -> changes.incrementAndGet(),
                event -> guards.incrementAndGet());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        other.close();
        server.close();
    }

    @Test
    void aLookSeesThatThereIsNothing() throws Exception {
        assertThat(reply(reply -> requests.look(LOOK, reply))).isEqualTo(new Reply.Looked(null, null, null, false));
    }

    @Test
    void theLeaseIsCreatedWithItsParentsAndItsGuardOnce() throws Exception {
        create();
        create();

        Reply.Looked seen = looked(reply -> requests.look(LOOK, reply));
        assertThat(seen.lease().record()).isEqualTo(RELEASED);
        assertThat(seen.lease().version()).isZero();
        assertThat(seen.lease().mzxid()).isEqualTo(seen.lease().czxid());
        assertThat(seen.node()).isNull();
        assertThat(other.getChildren(PATHS.lease(), false)).containsExactly("guard");
        assertThat(other.exists("/some/where", false).getEphemeralOwner()).isZero();
    }

    @Test
    void aMissingGuardIsCreated() throws Exception {
        create();
        other.delete(PATHS.guard(), -1);

        assertThat(reply(requests::createGuard)).isEqualTo(new Reply.Done());
        assertThat(reply(requests::createGuard)).isEqualTo(new Reply.Done());
        assertThat(other.exists(PATHS.guard(), false)).isNotNull();
    }

    @Test
    void aClaimWritesTheLeaseAndCreatesTheNodeInOneTransaction() throws Exception {
        create();

        Reply.Written claimed = claim(0, null);

        MasterNode node = claimed.node();
        assertThat(claimed.lease().version()).isOne();
        assertThat(claimed.lease().mzxid()).isEqualTo(node.czxid());
        assertThat(claimed.lease().record()).isEqualTo(held(0));
        assertThat(node.version()).isOne();
        assertThat(node.owner()).isEqualTo(client.getSessionId());
        assertThat(node.data().address()).isEqualTo("a:1");
        Stat stat = new Stat();
        assertThat(new String(other.getData(PATHS.master(), false, stat), UTF_8))
                .isEqualTo("a:1");
        assertThat(stat.getCzxid()).isEqualTo(node.czxid());
        assertThat(stat.getCtime()).isEqualTo(node.since().toEpochMilli());
        assertThat(new String(other.getData(PATHS.lease(), false, null), UTF_8))
                .isEqualTo("masterlatch 1 aaaaaaaaaaaaaaaa 2222222222222222 3000 - a:1");
        assertThat(looked(reply -> requests.look(LOOK, reply)))
                .isEqualTo(new Reply.Looked(claimed.lease(), node, null, false));
        assertThat(client.reads).as("it knows the node that it created").hasValue(0);
    }

    @Test
    void aClaimThatIsLateChangesNothing() throws Exception {
        assertThat(failure(0, null)).isEqualTo(Kind.NO_LEASE);
        create();
        assertThat(failure(7, null)).isEqualTo(Kind.CONFLICT);
        assertThat(failure(0, 1)).as("no node to delete").isEqualTo(Kind.NODE_CHANGED);
        other.create(PATHS.master(), "b:1".getBytes(UTF_8), TestElection.OPEN, CreateMode.EPHEMERAL);
        assertThat(failure(0, null)).as("a node is there").isEqualTo(Kind.NODE_CHANGED);
        assertThat(failure(0, 1)).as("a fresh node of another").isEqualTo(Kind.NODE_CHANGED);

        Reply.Looked seen = looked(reply -> requests.look(LOOK, reply));
        assertThat(seen.lease().record()).isEqualTo(RELEASED);
        assertThat(seen.node().owner()).isEqualTo(other.getSessionId());
    }

    @Test
    void aClaimReplacesTheNodeOfAnother() throws Exception {
        create();
        LeaseRequests others = new LeaseRequests(other, PATHS, TestElection.OPEN, event -> {}, event -> {});
        Reply.Written first =
                written(reply -> others.claim(new Request.Claim(held(0), 0, null, null, TakeOver.UNHELD), reply));

        Reply.Written second = claim(1, first.node().version());

        assertThat(second.node().czxid()).isGreaterThan(first.node().czxid());
        assertThat(second.node().owner()).isEqualTo(client.getSessionId());
        assertThat(second.lease().version()).isEqualTo(2);
        other.close();
        assertThat(client.exists(PATHS.master(), false).getCzxid())
                .isEqualTo(second.node().czxid());
    }

    @Test
    void aRenewalWritesTheLeaseAndReadsTheNode() throws Exception {
        create();
        MasterNode node = claim(0, null).node();

        Reply.Written renewed = written(reply -> requests.renew(new Request.Renew(held(node.czxid()), 1), reply));

        assertThat(renewed.lease().version()).isEqualTo(2);
        assertThat(renewed.lease().mzxid()).isGreaterThan(node.czxid());
        assertThat(renewed.lease().record().epoch()).isEqualTo(node.czxid());
        assertThat(renewed.node()).isEqualTo(node);
        assertThat(client.reads).as("the node's content is known").hasValue(0);
    }

    @Test
    void aRenewalThatIsLateChangesNothing() throws Exception {
        assertThat(failed(reply -> requests.renew(new Request.Renew(held(1), 0), reply))
                        .kind())
                .isEqualTo(Kind.NO_LEASE);
        create();
        claim(0, null);
        assertThat(failed(reply -> requests.renew(new Request.Renew(held(1), 0), reply))
                        .kind())
                .isEqualTo(Kind.CONFLICT);
        other.delete(PATHS.master(), -1);
        assertThat(written(reply -> requests.renew(new Request.Renew(held(1), 1), reply))
                        .node())
                .isNull();
    }

    @Test
    void aReleaseDeletesTheNodeThatWasSeenAndTheCandidate() throws Exception {
        create();
        MasterNode node = claim(0, null).node();
        other.create(PATHS.queue(), null, TestElection.OPEN, CreateMode.PERSISTENT);
        other.create(PATHS.candidate("a"), null, TestElection.OPEN, CreateMode.EPHEMERAL);

        assertThat(failed(reply -> requests.release(new Request.Release(RELEASED, 0, 1, null), reply))
                        .kind())
                .isEqualTo(Kind.CONFLICT);
        assertThat(failed(reply -> requests.release(new Request.Release(RELEASED, 1, 7, null), reply))
                        .kind())
                .isEqualTo(Kind.NODE_CHANGED);
        assertThat(other.exists(PATHS.master(), false)).isNotNull();
        Reply.Written released =
                written(reply -> requests.release(new Request.Release(RELEASED, 1, node.version(), "a"), reply));

        assertThat(released.lease().record()).isEqualTo(RELEASED);
        assertThat(released.lease().version()).isEqualTo(2);
        assertThat(released.node()).isNull();
        assertThat(other.exists(PATHS.master(), false)).isNull();
        assertThat(other.exists(PATHS.candidate("a"), false)).isNull();
    }

    @Test
    void aReleaseMayLeaveTheNodeAlone() throws Exception {
        create();
        claim(0, null);

        assertThat(written(reply -> requests.release(new Request.Release(RELEASED, 1, null, null), reply))
                        .lease()
                        .record())
                .isEqualTo(RELEASED);
        assertThat(other.exists(PATHS.master(), false)).isNotNull();
    }

    @Test
    void aLeftoverIsRemovedWhileTheLeaseIsUnchanged() throws Exception {
        create();
        claim(0, null);

        assertThat(failed(reply -> requests.removeLeftover(new Request.RemoveLeftover(0, 1), reply))
                        .kind())
                .isEqualTo(Kind.CONFLICT);
        assertThat(failed(reply -> requests.removeLeftover(new Request.RemoveLeftover(1, 0), reply))
                        .kind())
                .isEqualTo(Kind.NODE_CHANGED);
        assertThat(reply(reply -> requests.removeLeftover(new Request.RemoveLeftover(1, 1), reply)))
                .isEqualTo(new Reply.Done());
        assertThat(other.exists(PATHS.master(), false)).isNull();
    }

    @Test
    void anAddressIsRestoredInTheVersionThatWasSeen() throws Exception {
        create();
        claim(0, null);
        other.setData(PATHS.master(), "b:1".getBytes(UTF_8), 1);
        MasterNode edited = looked(reply -> requests.look(LOOK, reply)).node();
        assertThat(edited.data().address()).isEqualTo("b:1");
        assertThat(edited.version()).isEqualTo(2);

        assertThat(failed(reply -> requests.restoreAddress(new Request.RestoreAddress(1, "a:1"), reply))
                        .kind())
                .isEqualTo(Kind.NODE_CHANGED);
        assertThat(reply(reply -> requests.restoreAddress(new Request.RestoreAddress(2, "a:1"), reply)))
                .isEqualTo(new Reply.Done());
        assertThat(looked(reply -> requests.look(LOOK, reply)).node().data().address())
                .isEqualTo("a:1");
    }

    /** After 4294967294 writes. That the version after it would be -1, ZooKeeper's word for any, must not harm. */
    @Test
    void theVersionBeforeMinusOneIsSkipped() throws Exception {
        create();
        MasterNode node = claim(0, null).node();
        server.version(PATHS.lease(), -2);

        Reply.Written renewed = written(reply -> requests.renew(new Request.Renew(held(node.czxid()), -2), reply));
        assertThat(renewed.lease().version()).isZero();
        assertThat(renewed.node()).isEqualTo(node);
        assertThat(failed(reply -> requests.renew(new Request.Renew(held(node.czxid()), -2), reply))
                        .kind())
                .isEqualTo(Kind.CONFLICT);

        server.version(PATHS.lease(), -2);
        assertThat(failure(3, 1)).isEqualTo(Kind.CONFLICT);
        Reply.Written claimed = claim(-2, 1);
        assertThat(claimed.lease().version()).isZero();
        assertThat(claimed.lease().mzxid()).isEqualTo(claimed.node().czxid());

        server.version(PATHS.lease(), -2);
        assertThat(written(reply -> requests.release(new Request.Release(RELEASED, -2, 1, null), reply))
                        .lease()
                        .version())
                .isZero();
    }

    @Test
    void contentIsReadOnceAndAgainWhenItHasChanged() throws Exception {
        create();
        other.create(PATHS.master(), "b:1".getBytes(UTF_8), TestElection.OPEN, CreateMode.EPHEMERAL);
        for (int look = 0; look < 3; look++) {
            assertThat(looked(reply -> requests.look(LOOK, reply)).node().data().address())
                    .isEqualTo("b:1");
        }
        assertThat(client.reads).hasValue(1);

        other.setData(PATHS.master(), "c:1".getBytes(UTF_8), 0);
        assertThat(looked(reply -> requests.look(LOOK, reply)).node().data().address())
                .isEqualTo("c:1");
        assertThat(client.reads).hasValue(2);

        other.setData(PATHS.master(), new byte[1_000_000], 1);
        assertThat(looked(reply -> requests.look(LOOK, reply)).node().data().problem())
                .isEqualTo("its data has 1000000 bytes, more than any host:port");
        assertThat(client.reads).as("nothing so long is read").hasValue(2);
    }

    @Test
    void aLookSetsTheRequestedWatches() throws Exception {
        create();
        looked(reply -> requests.look(LOOK, reply));
        assertThat(server.watchers(PATHS.lease()) + server.watchers(PATHS.master()))
                .isZero();
        looked(reply -> requests.look(new Request.Look(true, true, false, null), reply));
        assertThat(server.watchers(PATHS.lease())).isZero();
        assertThat(server.watchers(PATHS.master())).isOne();
        looked(reply -> requests.look(new Request.Look(true, true, true, null), reply));
        assertThat(server.watchers(PATHS.lease())).isOne();

        other.create(PATHS.master(), null, TestElection.OPEN, CreateMode.EPHEMERAL);
        await().untilAsserted(() -> assertThat(changes).hasValue(1));
        other.setData(PATHS.lease(), RELEASED.bytes(), 0);
        await().untilAsserted(() -> assertThat(changes).hasValue(2));
    }

    @Test
    void aLookFindsTheCandidate() throws Exception {
        create();
        other.create(PATHS.queue(), null, TestElection.OPEN, CreateMode.PERSISTENT);
        other.create(PATHS.candidate("a"), null, TestElection.OPEN, CreateMode.EPHEMERAL);

        assertThat(looked(reply -> requests.look(new Request.Look(true, true, true, "a"), reply))
                        .candidate())
                .isTrue();
        assertThat(looked(reply -> requests.look(new Request.Look(true, true, true, "b"), reply))
                        .candidate())
                .isFalse();
    }

    @Test
    void whatIsNotAllowedIsRefusedInWords() throws Exception {
        create();
        allow(PATHS.lease(), Perms.READ);
        assertRefused(
                reply -> requests.claim(claimOf(0, null), reply),
                "no permission in ZooKeeper to write " + PATHS.lease());
        assertRefused(
                reply -> requests.renew(new Request.Renew(held(1), 0), reply),
                "no permission in ZooKeeper to write " + PATHS.lease());
        allow(PATHS.lease(), Perms.ALL);
        allow(PATHS.parent(), Perms.READ | Perms.ADMIN);
        assertRefused(
                reply -> requests.claim(claimOf(0, null), reply),
                "no permission in ZooKeeper to create " + PATHS.master());
        allow(PATHS.parent(), Perms.ALL);
        claim(0, null);
        allow(PATHS.parent(), Perms.READ | Perms.ADMIN);
        assertRefused(
                reply -> requests.release(new Request.Release(RELEASED, 1, 1, null), reply),
                "no permission in ZooKeeper to delete " + PATHS.master());
        allow(PATHS.lease(), Perms.ADMIN);
        assertRefused(reply -> requests.look(LOOK, reply), "no permission in ZooKeeper to read " + PATHS.lease());
    }

    /** Older servers report that it exists, but not its content. */
    @Test
    void aNodeThatMayNotBeReadIsRefusedInWords() throws Exception {
        create();
        other.create(PATHS.master(), "b:1".getBytes(UTF_8), acl(Perms.WRITE), CreateMode.EPHEMERAL);

        assertRefused(reply -> requests.look(LOOK, reply), "no permission in ZooKeeper to read " + PATHS.master());
    }

    @Test
    void parentsThatCannotBeCreatedAreNamed() throws Exception {
        allow("/", Perms.READ | Perms.ADMIN);
        assertRefused(
                reply -> requests.createLease(new Request.CreateLease(RELEASED), reply),
                "no permission in ZooKeeper to create the parents of " + PATHS.lease());
        allow("/", Perms.ALL);
        other.create("/some", null, TestElection.OPEN, CreateMode.EPHEMERAL);
        assertRefused(
                reply -> requests.createLease(new Request.CreateLease(RELEASED), reply),
                "the parent of " + PATHS.lease() + " is an ephemeral node");
        try (RawClient chrooted = new RawClient(server.connectString() + "/nowhere")) {
            LeaseRequests lost = new LeaseRequests(chrooted, PATHS, TestElection.OPEN, event -> {}, event -> {});
            assertRefused(
                    reply -> lost.createLease(new Request.CreateLease(RELEASED), reply),
                    "does the connect string's chroot exist?");
        }
    }

    @Test
    void anAclThatNeedsAuthenticationIsRefusedInWords() throws Exception {
        List<ACL> creator = Collections.singletonList(new ACL(Perms.ALL, ZooDefs.Ids.AUTH_IDS));
        LeaseRequests unknown = new LeaseRequests(client, new Paths("/master"), creator, event -> {}, event -> {});

        assertRefused(
                reply -> unknown.createLease(new Request.CreateLease(RELEASED), reply),
                "ZooKeeper refuses the access control list of /master-lease: is this instance authenticated?");
    }

    @Test
    void whatIsNotAnsweredIsUnanswered() throws Exception {
        create();
        server.stop();

        assertThat(failed(reply -> requests.claim(claimOf(0, null), reply)).kind())
                .isEqualTo(Kind.UNANSWERED);
        assertThat(failed(reply -> requests.renew(new Request.Renew(held(1), 0), reply))
                        .kind())
                .isEqualTo(Kind.UNANSWERED);
        assertThat(failed(reply -> requests.look(LOOK, reply)).kind()).isEqualTo(Kind.UNANSWERED);
    }

    private void create() throws Exception {
        assertThat(reply(reply -> requests.createLease(new Request.CreateLease(RELEASED), reply)))
                .isEqualTo(new Reply.Done());
    }

    private Reply.Written claim(int version, Integer nodeVersion) throws Exception {
        return written(reply -> requests.claim(claimOf(version, nodeVersion), reply));
    }

    private Kind failure(int version, Integer nodeVersion) throws Exception {
        return failed(reply -> requests.claim(claimOf(version, nodeVersion), reply))
                .kind();
    }

    private static Request.Claim claimOf(int version, Integer nodeVersion) {
        return new Request.Claim(held(0), version, nodeVersion, null, TakeOver.UNHELD);
    }

    private static void assertRefused(Consumer<Consumer<Reply>> request, String reason) throws Exception {
        Reply.Failed failed = failed(request);
        assertThat(failed.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failed.reason()).contains(reason);
    }

    private void allow(String path, int permissions) throws Exception {
        other.setACL(path, acl(permissions | Perms.ADMIN), -1);
    }

    private static List<ACL> acl(int permissions) {
        return Collections.singletonList(new ACL(permissions, ZooDefs.Ids.ANYONE_ID_UNSAFE));
    }

    private static LeaseRecord held(long epoch) {
        return record("aaaaaaaaaaaaaaaa 2222222222222222 3000 " + (epoch == 0 ? "-" : epoch) + " a:1");
    }

    private static LeaseRecord record(String words) {
        return LeaseRecord.of(("masterlatch 1 " + words).getBytes(UTF_8));
    }
}
