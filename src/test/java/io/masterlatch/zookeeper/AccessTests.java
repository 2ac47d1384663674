package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import java.util.Arrays;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.NoAuthException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An election that its instances keep to themselves. */
class AccessTests {

    private static final String PATH = "/app/master";
    private static final String LINE = PATH + "-candidates";

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void everybodyMayReadAndNobodyElseMayChangeAnything() throws Exception {
        Candidate master = trusted("a", PATH).start().awaitLeading();
        Candidate standby = trusted("b", PATH).start().awaitStandbyOf(master);
        ZooKeeper person = stage.person();

        assertThat(person.getData(PATH, false, null)).asString(UTF_8).isEqualTo("a:1");
        await().until(() -> person.getChildren(LINE, false).size() == 2);
        assertThat(person.getChildren("/app", false)).contains("master");
        assertRefused(() -> person.setData(PATH, new byte[0], -1));
        assertRefused(() -> person.delete(PATH, -1));
        assertRefused(
                () -> person.delete(LINE + "/" + person.getChildren(LINE, false).get(0), -1));
        assertRefused(() -> person.create(LINE + "/mine", null, Stage.OPEN, CreateMode.EPHEMERAL));
        assertRefused(() -> person.create("/app/other", null, Stage.OPEN, CreateMode.PERSISTENT));
        assertRefused(() -> person.setACL("/app", Stage.OPEN, -1));
        assertThat(master.warning()).isEmpty();
        assertThat(standby.warning()).isEmpty();

        // Not only the deletions by the creator itself.
        master.latch().handOver("b:1", Stage.PATIENCE).get();
        standby.awaitLeading();
    }

    @StagedTest
    void whoeverReadsOnlyNeedsNoUser() {
        Candidate master = trusted("a", PATH).start().awaitLeading();
        Candidate observer = stage.candidate("o", Stage.LONG, PATH, false, clients -> clients)
                .start();

        observer.awaitRole(Role.OBSERVER);
        assertThat(observer.master()).isEqualTo(master.latch().getId());
        assertThat(observer.problem() + observer.warning()).isEmpty();
    }

    @StagedTest
    void whoeverHasAnotherPasswordIsTold() throws Exception {
        Candidate master = trusted("a", PATH).start().awaitLeading();
        Candidate wrong = candidate("b", PATH, "user:wrong").start();

        wrong.awaitProblem(
                "no permission in ZooKeeper to create a candidate in " + LINE + ": are its user and password");
        assertThat(wrong.master()).isEqualTo("a:1");
        master.latch().close();
        await().during(Stage.SHORT).until(() -> !wrong.leads());

        // An operator who lets the other user in, too.
        ZooKeeper person = stage.person();
        person.addAuthInfo("digest", "user:right".getBytes(UTF_8));
        person.setACL("/app", Arrays.asList(id("user:right"), id("user:wrong")), -1);
        person.setACL(LINE, Arrays.asList(id("user:right"), id("user:wrong")), -1);
        wrong.awaitLeading();
        assertThat(wrong.problem()).isEmpty();
    }

    @StagedTest
    void aParentThatIsOpenIsTold() {
        Candidate master = trusted("a", Stage.PATH).start().awaitLeading();

        master.awaitWarning("anybody may meddle with the election, since in ZooKeeper everybody may change /");
        assertThat(master.warning()).endsWith(" change /");
        assertThat(master.problem()).isEmpty();
    }

    @StagedTest
    void nodesOfInstancesWithoutAUserAreTold() {
        Candidate old = stage.candidate("a", Stage.LONG, PATH, true, clients -> clients)
                .start()
                .awaitLeading();
        await().until(() -> stage.server().node(LINE).czxid() != 0);
        Candidate renewed = trusted("b", PATH).start().awaitStandbyOf(old);

        renewed.awaitWarning("everybody may change /app and " + LINE + " and " + PATH);
        old.latch().close();
        renewed.awaitLeading();
    }

    private Candidate trusted(String host, String path) {
        return candidate(host, path, "user:right");
    }

    private Candidate candidate(String host, String path, String user) {
        return stage.candidate(
                host,
                Stage.LONG,
                path,
                true,
                clients -> clients.authorization("digest", user.getBytes(UTF_8)).aclProvider(Access.CREATOR));
    }

    private static ACL id(String user) throws Exception {
        return new ACL(
                Access.OPEN.getDefaultAcl().get(0).getPerms(),
                new Id("digest", DigestAuthenticationProvider.generateDigest(user)));
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatExceptionOfType(NoAuthException.class).isThrownBy(call);
    }
}
