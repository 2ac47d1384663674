package io.masterlatch.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.masterlatch.election.MastershipChange;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody deletes or overwrites the node of the master. */
class MeddledNodeTests {

    @RegisterExtension
    final Stage stage = new Stage();

    @StagedTest
    void theMasterNoticesADeletionAndStandsAgain() throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        long epoch = master.epoch();
        long session = master.session();
        stage.sampler().forgive();

        stage.person().delete(Stage.PATH, -1);

        await().until(() -> master.leads() && master.epoch() > epoch);
        assertThat(master.session()).isEqualTo(session);
        assertThat(stage.server().node(Stage.PATH).czxid()).isEqualTo(master.epoch());
        master.awaitCalls("isLeader", "notLeader", "isLeader");
        assertThat(master.changes())
                .extracting(MastershipChange::cause)
                .contains("somebody deleted this instance's node");
    }

    @StagedTest
    void afterADeletionOneOfAllIsMaster() throws Exception {
        List<Candidate> candidates =
                Stream.of("a", "b", "c").map(stage::candidate).toList();
        candidates.forEach(Candidate::start);
        ZooKeeper person = stage.person();
        stage.sampler().forgive();
        long epoch = 0;
        for (int round = 1; round <= 5; round++) {
            long before = epoch;
            await().until(() -> candidates.stream()
                    .allMatch(candidate -> candidate.epoch() > before
                            && candidate.epoch() == candidates.get(0).epoch()));
            assertThat(candidates.stream().filter(Candidate::leads)).hasSize(1);
            epoch = candidates.get(0).epoch();
            person.delete(Stage.PATH, -1);
        }
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @MethodSource("overwritings")
    void theMasterPutsItsAddressBack(String name, byte[] data) throws Exception {
        Candidate master = stage.candidate("a").start().awaitLeading();
        Candidate standby = stage.candidate("b").start().awaitStandbyOf(master);
        long epoch = master.epoch();
        ZooKeeper person = stage.person();

        person.setData(Stage.PATH, data, -1);

        await().until(() -> "a:1".equals(text(person.getData(Stage.PATH, false, null))));
        await().until(() -> standby.master().equals("a:1") && standby.warning().isEmpty());
        assertThat(standby.epoch()).isEqualTo(epoch);
        assertThat(master.leads()).isTrue();
        assertThat(master.master()).isEqualTo("a:1");
        assertThat(master.changes().stream().filter(change -> change.master() != null))
                .allSatisfy(change -> assertThat(change.master().address()).isEqualTo("a:1"));
        master.awaitCalls("isLeader");
    }

    static Stream<Arguments> overwritings() {
        return Stream.of(
                Arguments.of("another address", "b:1".getBytes(UTF_8)),
                Arguments.of("nothing", null),
                Arguments.of("an empty text", new byte[0]),
                Arguments.of("binary data", new byte[] {(byte) 0xff, 0, 1}),
                Arguments.of("a megabyte", new byte[1_000_000]));
    }

    private static String text(byte[] data) {
        return data == null ? null : new String(data, UTF_8);
    }
}
