package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.zookeeper.EmbeddedZooKeeper;
import io.masterlatch.zookeeper.Ensemble;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ZooKeeperConfigurationTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(ZooKeeperConfiguration.class);

    @Test
    void withoutAnyZooKeeperThereIsNoContext() {
        this.runner.run(
                context -> assertThat(context).getFailure().rootCause().isInstanceOf(FailureAnalyzedException.class));
    }

    @Test
    void aConnectStringIsTheEnsemble() {
        this.runner
                .withPropertyValues("zookeeper.connect-string=zk1:2181/app")
                .run(context ->
                        assertThat(context.getBean(Ensemble.class)).isEqualTo(new Ensemble("zk1:2181/app", false)));
    }

    @Test
    void aConnectStringWinsOverTheEmbeddedServer() {
        this.runner
                .withPropertyValues("zookeeper.connect-string=zk1:2181", "zookeeper.embedded.enabled=true")
                .run(context -> {
                    assertThat(context.getBean(Ensemble.class)).isEqualTo(new Ensemble("zk1:2181", false));
                    assertThat(context).doesNotHaveBean(EmbeddedZooKeeper.class);
                });
    }

    @Test
    void theEmbeddedServerIsTheEnsembleWhenAskedFor(@TempDir Path directory) {
        this.runner
                .withPropertyValues(
                        "zookeeper.embedded.enabled=true",
                        "zookeeper.embedded.port=0",
                        "zookeeper.embedded.data-directory=" + directory)
                .run(context -> {
                    String connectString =
                            context.getBean(EmbeddedZooKeeper.class).connectString();
                    assertThat(connectString).matches("127\\.0\\.0\\.1:[1-9]\\d*");
                    assertThat(context.getBean(Ensemble.class)).isEqualTo(new Ensemble(connectString, true));
                });
    }
}
