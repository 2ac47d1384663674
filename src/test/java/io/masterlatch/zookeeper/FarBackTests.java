package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.latch.HandOver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Candidates far back in the line are not woken by each hand-over, and take part in the election all the same. */
class FarBackTests {

    @RegisterExtension
    final Stage stage = new Stage();

    private final List<Candidate> line = new ArrayList<>();

    @StagedTest
    void inALongLineOnlyTheFrontWatchesTheNodeAlsoWhenTheLineHasMoved() {
        standInLine(MasterWatch.FEW + 4);
        // Those who came when the line was short watch until they leave. Whoever comes to the front by that is told.
        for (int old = 1; old < MasterWatch.FEW; old++) {
            Candidate next = line.remove(1);
            next.latch().close();
            standBehind(next);
        }
        awaitWatchers(MasterWatch.FRONT);

        line.remove(0).close();
        line.get(0).awaitLeading();
        awaitWatchers(MasterWatch.FRONT);
        line.subList(1, line.size()).forEach(candidate -> candidate.awaitStandbyOf(line.get(0)));
    }

    @StagedTest
    void inAShortLineAllWatchSoThatAnyNumberMayLeaveTogether() {
        standInLine(MasterWatch.FEW);
        awaitWatchers(MasterWatch.FEW);
        Candidate last = line.remove(line.size() - 1);
        line.parallelStream().forEach(Candidate::close);

        // And not only when the lease of any that it has not seen must have ended.
        await().atMost(Stage.LONG.dividedBy(2)).until(last::leads);
    }

    @StagedTest
    void theLastOneIsMasterWhenAllBeforeItHaveGone() {
        standInLine(10);

        Candidate last = line.remove(9);
        line.parallelStream().forEach(Candidate::close);

        last.awaitLeading();
        awaitWatchers(1);
    }

    @StagedTest
    void oneFarBackIsMasterWhenTheMastershipIsHandedOverToIt() {
        standInLine(MasterWatch.FEW + 2);
        Candidate last = line.get(line.size() - 1);

        HandOver outcome = line.get(0)
                .latch()
                .handOver(last.latch().getId(), Stage.PATIENCE)
                .join();

        assertThat(outcome).isInstanceOf(HandOver.Done.class);
        assertThat(last.leads()).isTrue();
    }

    private void standInLine(int count) {
        for (int number = 0; number < count; number++) {
            standBehind(stage.candidate("c" + number));
        }
        line.get(0).awaitLeading();
    }

    private void standBehind(Candidate candidate) {
        candidate.start();
        line.add(candidate);
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(stage.server().children(Stage.PATH + "-candidates"))
                        .isEqualTo(line.size()));
    }

    private void awaitWatchers(int count) {
        await().atMost(Stage.PATIENCE)
                .untilAsserted(
                        () -> assertThat(stage.server().watchers(Stage.PATH)).isEqualTo(count));
    }
}
