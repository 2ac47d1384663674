package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import java.util.Collections;
import java.util.List;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What ZooKeeper's access control does not allow. */
class PermissionTests {

    private static final List<ACL> READ_ONLY = acl(Perms.READ | Perms.ADMIN, ZooDefs.Ids.ANYONE_ID_UNSAFE);
    private static final List<ACL> CREATOR_ONLY = acl(Perms.ALL, ZooDefs.Ids.AUTH_IDS);
    private static final byte[] SECRET = "master:secret".getBytes(UTF_8);

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void toCreateTheNodeIsMissedInWordsUntilItIsGiven() throws Exception {
        ZooKeeper person = stage.person();
        person.create("/app", null, READ_ONLY, CreateMode.PERSISTENT);
        Candidate candidate = stage.candidate("a", Stage.SHORT, "/app/master", true, clients -> clients)
                .start();

        candidate.awaitProblem("no permission in ZooKeeper to create /app/master");
        assertThat(candidate.role()).isEqualTo(Role.STANDBY);
        await().during(Stage.SHORT.dividedBy(2))
                .until(() -> candidate.problem().startsWith("no permission in ZooKeeper to create /app/master"));
        person.setACL("/app", Stage.OPEN, -1);

        candidate.awaitLeading();
        assertThat(candidate.problem()).isEmpty();
    }

    @StagedTest
    void toCreateTheParentsIsMissedInWordsUntilItIsGiven() throws Exception {
        ZooKeeper person = stage.person();
        person.create("/app", null, READ_ONLY, CreateMode.PERSISTENT);
        Candidate candidate = stage.candidate("a", Stage.SHORT, "/app/deep/master", true, clients -> clients)
                .start();

        candidate.awaitProblem("no permission in ZooKeeper to create the parents of /app/deep/master");
        await().during(Stage.SHORT.dividedBy(2))
                .until(() -> candidate.problem().startsWith("no permission in ZooKeeper to create the parents"));
        person.setACL("/app", Stage.OPEN, -1);

        candidate.awaitLeading();
        assertThat(candidate.problem()).isEmpty();
    }

    @StagedTest
    void whoMayNotSeeTheMasterCannotTellAndClaimsOnceTheNodeIsGone() {
        Candidate master = trusted("a").start().awaitLeading();
        Candidate stranger = stage.candidate("b").start();

        stranger.awaitProblem("no permission in ZooKeeper to read /master");
        assertThat(stranger.role()).isEqualTo(Role.UNKNOWN);
        assertThat(stranger.latch().getLeader()).isEmpty();
        master.latch().close();

        stranger.awaitLeading();
        assertThat(stranger.problem()).isEmpty();
    }

    @StagedTest
    void whoeverIsAuthenticatedSharesAClosedNode() {
        Candidate master = trusted("a").start().awaitLeading();
        Candidate standby = trusted("b").start().awaitStandbyOf(master);

        assertThat(standby.master()).isEqualTo("a:1");
        master.latch().close();
        standby.awaitLeading();
    }

    @StagedTest
    void anAclThatNeedsAuthenticationIsRefusedInWords() {
        Candidate candidate = stage.candidate(
                        "a", Stage.LONG, Stage.PATH, true, clients -> clients.aclProvider(always(CREATOR_ONLY)))
                .start();

        candidate.awaitProblem("ZooKeeper refuses the ACL of /master: is this instance authenticated?");
        assertThat(candidate.leads()).isFalse();
    }

    private Candidate trusted(String host) {
        return stage.candidate(
                host,
                Stage.LONG,
                Stage.PATH,
                true,
                clients -> clients.authorization("digest", SECRET).aclProvider(always(CREATOR_ONLY)));
    }

    private static ACLProvider always(List<ACL> acl) {
        return new ACLProvider() {

            @Override
            public List<ACL> getDefaultAcl() {
                return acl;
            }

            @Override
            public List<ACL> getAclForPath(String path) {
                return acl;
            }
        };
    }

    private static List<ACL> acl(int permissions, Id id) {
        return Collections.singletonList(new ACL(permissions, id));
    }
}
