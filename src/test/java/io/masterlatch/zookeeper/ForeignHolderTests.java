package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.masterlatch.election.Role;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A person with zkCli is a legitimate master, whatever the node says. */
class ForeignHolderTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void aPersonWhoGivesAnAddressIsMasterLikeAnyOther() throws Exception {
        ZooKeeper person = stage.person();
        person.create(Stage.PATH, "master2.example.com:2223".getBytes(UTF_8), Stage.OPEN, CreateMode.EPHEMERAL);

        Candidate standby = stage.candidate("a").start().awaitRole(Role.STANDBY);

        assertThat(standby.master()).isEqualTo("master2.example.com:2223");
        assertThat(standby.latch().getLeader().orElseThrow().session()).isEqualTo(person.getSessionId());
        assertThat(standby.problem() + standby.warning()).isEmpty();
        long epoch = standby.epoch();
        person.close();
        standby.awaitLeading();
        assertThat(standby.epoch()).isGreaterThan(epoch);
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @MethodSource("oddities")
    void aMasterWhoseDataIsOddIsNamedAndWarnedOf(String name, byte[] data, String address, String warning)
            throws Exception {
        ZooKeeper person = stage.person();
        person.create(Stage.PATH, data, Stage.OPEN, CreateMode.EPHEMERAL);

        Candidate standby = stage.candidate("a").start().awaitRole(Role.STANDBY);

        assertThat(standby.epoch()).isEqualTo(stage.server().node(Stage.PATH).czxid());
        assertThat(standby.latch().getLeader().orElseThrow().address()).isEqualTo(address);
        assertThat(standby.warning())
                .contains("0x" + Long.toHexString(person.getSessionId()))
                .contains(warning);
        assertThat(standby.problem()).isEmpty();
        person.close();
        standby.awaitLeading();
        assertThat(standby.warning()).isEmpty();
    }

    static Stream<Arguments> oddities() {
        return Stream.of(
                Arguments.of("nothing", null, null, "its data is empty"),
                Arguments.of("an empty text", new byte[0], null, "its data is empty"),
                Arguments.of("no port", "somebody".getBytes(UTF_8), "somebody", "\"somebody\", not host:port"),
                Arguments.of("no address", "it's me".getBytes(UTF_8), "it's me", "\"it's me\", not host:port"),
                Arguments.of("binary data", new byte[] {(byte) 0xff, 0, 1}, null, "its data is binary (3 bytes)"),
                Arguments.of("control characters", "a:1\n".getBytes(UTF_8), null, "no printable text (4 bytes)"),
                Arguments.of("a megabyte", new byte[1_000_000], null, "its data has 1000000 bytes"));
    }

    @StagedTest
    void whatThePersonWritesLaterIsSeen() throws Exception {
        ZooKeeper person = stage.person();
        person.create(Stage.PATH, new byte[1_000_000], Stage.OPEN, CreateMode.EPHEMERAL);
        Candidate standby = stage.candidate("a").start().awaitRole(Role.STANDBY);
        long epoch = standby.epoch();

        person.setData(Stage.PATH, "person:22".getBytes(UTF_8), -1);

        await().until(() -> standby.master().equals("person:22"));
        assertThat(standby.epoch()).isEqualTo(epoch);
        assertThat(standby.warning()).isEmpty();
    }
}
