package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ZooKeeper's access control lists do not allow, and lists that are not as configured. */
class PermissionTests {

    private static final List<ACL> READ_ONLY = world(Perms.READ | Perms.ADMIN);
    private static final List<ACL> CREATOR_ALL = Collections.singletonList(new ACL(Perms.ALL, ZooDefs.Ids.AUTH_IDS));
    private static final List<ACL> CREATOR_ALL_OTHERS_READ =
            List.of(new ACL(Perms.ALL, ZooDefs.Ids.AUTH_IDS), new ACL(Perms.READ, ZooDefs.Ids.ANYONE_ID_UNSAFE));

    @RegisterExtension
    final TestElection election = new TestElection();

    @ConcurrentTest
    void toCreateTheNodesIsMissedInWordsUntilItIsGiven() throws Exception {
        ZooKeeper person = election.person();
        person.create("/app", null, READ_ONLY, CreateMode.PERSISTENT);
        Participant candidate = election.candidate("a", "/app/master", TestElection.OPEN, client -> client)
                .start();

        candidate.awaitProblem("no permission in ZooKeeper to create /app/master-lease");
        assertThat(candidate.leads()).isFalse();
        person.setACL("/app", TestElection.OPEN, -1);

        candidate.awaitLeading().awaitWorking();
    }

    @ConcurrentTest
    void toCreateTheParentsIsMissedInWordsUntilItIsGiven() throws Exception {
        ZooKeeper person = election.person();
        person.create("/app", null, READ_ONLY, CreateMode.PERSISTENT);
        Participant candidate = election.candidate("a", "/app/deep/master", TestElection.OPEN, client -> client)
                .start();

        candidate.awaitProblem("no permission in ZooKeeper to create the parents of /app/deep/master");
        person.setACL("/app", TestElection.OPEN, -1);

        candidate.awaitLeading().awaitWorking();
    }

    @ConcurrentTest
    void aMissingChrootIsNamedUntilItIsThere() throws Exception {
        Participant candidate = election.candidate(
                        "a",
                        "/deep/master",
                        TestElection.OPEN,
                        client -> client.connectString(election.server().connectString() + "/app"))
                .start();
        candidate.awaitProblem("the chroot /app of the connect string does not exist");

        election.person().create("/app", null, TestElection.OPEN, CreateMode.PERSISTENT);

        candidate.awaitLeading().awaitWorking();
        assertThat(election.server().node("/app/deep/master").session()).isEqualTo(candidate.session());
    }

    /** The master's renewals stop as well: its lease runs out, and all say why. */
    @ConcurrentTest
    void aMasterThatMayNotWriteTheLeaseAnyMoreSaysSo() throws Exception {
        Participant master = election.candidate("a").start().awaitLeading();
        ZooKeeper person = election.person();
        person.setACL("/master-lease", READ_ONLY, -1);

        master.awaitProblem("no permission in ZooKeeper to write /master-lease");
        await().atMost(TestElection.PATIENCE).until(() -> !master.leads());
        person.setACL("/master-lease", TestElection.OPEN, -1);

        master.awaitLeading().awaitWorking();
        master.awaitCalls("isLeader", "notLeader", "isLeader");
    }

    @ConcurrentTest
    void oneUserForAllSharesTheElection() {
        Participant master = user("a", "one:secret", CREATOR_ALL).start().awaitLeading();
        Participant standby = user("b", "one:secret", CREATOR_ALL).start().awaitStandbyOf(master);
        assertThat(master.warning() + standby.warning()).isEmpty();

        master.latch().close();

        standby.awaitLeading().awaitWorking();
    }

    /** Only the first could ever be master. */
    @ConcurrentTest
    void aUserPerHostIsWarnedOfAtTheStart() {
        Participant master =
                user("a", "first:secret", CREATOR_ALL_OTHERS_READ).start().awaitLeading();
        Participant other = user("b", "second:secret", CREATOR_ALL_OTHERS_READ).start();

        other.awaitWarning("this instance is a candidate without a place in the queue: no permission in ZooKeeper to"
                + " create a candidate in /app/master-candidates");
        assertThat(other.master()).isEqualTo("a:1");
        assertThat(master.warning()).isEmpty();

        master.latch().close();
        other.awaitProblem("no permission in ZooKeeper to write /app/master-lease");
    }

    @ConcurrentTest
    void listsThatDiffer() {
        user("a", "first:secret", CREATOR_ALL_OTHERS_READ).start().awaitLeading();
        List<ACL> others = world(Perms.READ | Perms.CREATE);

        Participant other =
                election.candidate("b", "/app/master", others, client -> client).start();

        other.awaitWarning(
                "/app/master-lease has digest:first:cdrwa world:anyone:r, and world:anyone:cr is configured");
        other.awaitWarning("an instance without write permission can never become master");
        assertThat(other.warning()).doesNotContain("secret", "=");
    }

    @ConcurrentTest
    void anElectionThatMayNotBeReadIsNotKnown() {
        Participant master = user("a", "one:secret", CREATOR_ALL).start().awaitLeading();
        Participant stranger = election.candidate("b", "/app/master", TestElection.OPEN, client -> client)
                .start();

        stranger.awaitProblem("no permission in ZooKeeper to read /app/master-lease");
        assertThat(stranger.role()).isEqualTo(Role.UNKNOWN);
        assertThat(stranger.latch().getLeader()).isEmpty();
        assertThat(master.leads()).isTrue();
    }

    @ConcurrentTest
    void anAclThatNeedsAuthenticationIsRefusedInWords() {
        Participant candidate = election.candidate("a", "/master", CREATOR_ALL, client -> client)
                .start();

        candidate.awaitProblem(
                "ZooKeeper refuses the access control list of /master-lease: is this instance authenticated?");
        assertThat(candidate.leads()).isFalse();
    }

    @ConcurrentTest
    void nodesThatAnyClientMayChangeAreWarnedOf() throws Exception {
        ZooKeeper person = election.person();
        election.candidate("open", "/app/master", TestElection.OPEN, client -> client)
                .start()
                .awaitLeading()
                .latch()
                .close();

        Participant candidate =
                user("a", "one:secret", CREATOR_ALL_OTHERS_READ).start().awaitLeading();

        candidate.awaitWarning("/app/master-lease is world-writable (world:anyone:cdrwa)");
        candidate.awaitWarning("any client can change the election");
        assertThat(person.getACL("/app/master", null)).hasSize(2);
    }

    @ConcurrentTest
    void parentsGetTheConfiguredListToo() throws Exception {
        election.candidate(
                        "a",
                        "/app/master",
                        CREATOR_ALL_OTHERS_READ,
                        client -> client.authorization("digest", "one:secret".getBytes(UTF_8)))
                .start()
                .awaitLeading();

        ZooKeeper person = election.person();
        for (String path : List.of("/app", "/app/master", "/app/master-lease", "/app/master-lease/guard")) {
            assertThat(person.getACL(path, null))
                    .as(path)
                    .extracting(acl -> acl.getId().getScheme())
                    .containsExactlyInAnyOrder("digest", "world");
        }
    }

    private Participant user(String host, String secret, List<ACL> acl) {
        return election.candidate(
                host, "/app/master", acl, client -> client.authorization("digest", secret.getBytes(UTF_8)));
    }

    private static List<ACL> world(int permissions) {
        return Collections.singletonList(new ACL(permissions, ZooDefs.Ids.ANYONE_ID_UNSAFE));
    }
}
