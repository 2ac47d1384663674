package io.masterlatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.masterlatch.autoconfigure.EmbeddedServer;
import io.masterlatch.autoconfigure.InvalidSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class EmbeddedAutoConfigurationTests {

    @TempDir
    private Path directory;

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(EmbeddedAutoConfiguration.class));

    private ApplicationContextRunner enabled() {
        return context.withUserConfiguration(ServerUser.class)
                .withPropertyValues(
                        "masterlatch.zookeeper.embedded.enabled=true",
                        "masterlatch.zookeeper.embedded.port=0",
                        "masterlatch.zookeeper.embedded.data-directory=" + directory);
    }

    @Test
    void thereIsNoServerUnlessItIsEnabled() {
        context.run(started -> assertThat(started).hasNotFailed().doesNotHaveBean(EmbeddedServer.class));
    }

    @Test
    void anEnabledServerRunsAsLongAsTheContext() {
        enabled().run(started -> {
            assertThat(started.getBean(EmbeddedServer.class).connectString().toString())
                    .matches("127\\.0\\.0\\.1:\\d+");
            assertThat(directory.resolve("version-2")).isDirectory();
        });
        assertThat(DataDirectory.open(directory, 0).tryLock()).isTrue();
    }

    @Test
    void anEnsembleThatIsNamedWins() {
        enabled()
                .withPropertyValues("masterlatch.zookeeper.connect-string=zk1:2181")
                .run(started -> assertThat(started).hasNotFailed().doesNotHaveBean(EmbeddedServer.class));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anEmptyDataDirectoryIsNone() {
        Path working = Path.of("").toAbsolutePath();
        enabled()
                .withPropertyValues("masterlatch.zookeeper.embedded.data-directory=")
                .run(started -> assertThat(started).hasNotFailed());
        assertThat(Files.exists(working.resolve("masterlatch.lock"))).isFalse();
    }

    @Test
    void tlsIsRefused() {
        enabled()
                .withPropertyValues("masterlatch.zookeeper.ssl.bundle=zk")
                .run(started -> assertThat(started)
                        .getFailure()
                        .rootCause()
                        .hasMessage("masterlatch.zookeeper.ssl.bundle is \"zk\", and the embedded ZooKeeper does not"
                                + " speak TLS."));
    }

    @Test
    void artifactsThatTheServerNeedsAndAreMissingAreNamed() {
        enabled()
                .withClassLoader(new FilteredClassLoader("com.codahale.metrics", "org.xerial.snappy"))
                .run(started -> assertThat(started)
                        .getFailure()
                        .rootCause()
                        .asInstanceOf(type(FailureAnalyzedException.class))
                        .extracting(FailureAnalyzedException::analysis)
                        .satisfies(analysis -> {
                            assertThat(analysis.getDescription())
                                    .contains(
                                            "io.dropwizard.metrics:metrics-core and org.xerial.snappy:snappy-java,",
                                            "masterlatch.zookeeper.embedded.enabled");
                            assertThat(analysis.getAction()).contains("masterlatch.zookeeper.connect-string=");
                        }));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void oneArtifactThatIsMissingIsNamedAlone() {
        enabled()
                .withClassLoader(new FilteredClassLoader("org.xerial.snappy"))
                .run(started -> assertThat(started)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("needs org.xerial.snappy:snappy-java, which"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536})
    void aPortOutOfRangeIsRefused(int port) {
        enabled()
                .withPropertyValues("masterlatch.zookeeper.embedded.port=" + port)
                .run(started -> assertThat(started)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidSettingException.class)
                        .hasMessage("masterlatch.zookeeper.embedded.port must be a port, or 0 for any free one,"
                                + " from 0 to 65535"));
    }

    /** Asks for the server, as the client of the election does. */
    @Configuration(proxyBeanMethods = false)
    static class ServerUser {

        ServerUser(ObjectProvider<EmbeddedServer> server) {
            server.getIfAvailable();
        }
    }
}
