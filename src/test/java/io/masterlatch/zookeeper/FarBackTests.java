package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Candidates far back in the line are not woken by each hand-over, and take part in the election all the same. */
class FarBackTests {

    @RegisterExtension
    final Stage stage = new Stage();

    private final List<Candidate> line = new ArrayList<>();

    @StagedTest
    void onlyTheFrontWatchesTheNodeAlsoWhenTheLineHasMoved() {
        standInLine(11);
        awaitWatchers(MasterWatch.FRONT);

        line.remove(0).close();
        line.get(0).awaitLeading();
        awaitWatchers(MasterWatch.FRONT);

        line.remove(0).close();
        line.remove(0).close();
        line.get(0).awaitLeading();
        awaitWatchers(MasterWatch.FRONT);
        line.subList(1, line.size()).forEach(candidate -> candidate.awaitStandbyOf(line.get(0)));
    }

    @StagedTest
    void theLastOneIsMasterWhenAllBeforeItHaveGone() {
        standInLine(10);
        awaitWatchers(MasterWatch.FRONT);

        Candidate last = line.remove(9);
        line.parallelStream().forEach(Candidate::close);

        last.awaitLeading();
        awaitWatchers(1);
    }

    private void standInLine(int count) {
        for (int number = 0; number < count; number++) {
            line.add(stage.candidate("c" + number).start());
            int standing = number + 1;
            await().atMost(Stage.PATIENCE).until(() -> stage.server().children(Stage.PATH + "-candidates") == standing);
        }
        line.get(0).awaitLeading();
    }

    private void awaitWatchers(int count) {
        await().atMost(Stage.PATIENCE)
                .untilAsserted(
                        () -> assertThat(stage.server().watchers(Stage.PATH)).isEqualTo(count));
    }
}
