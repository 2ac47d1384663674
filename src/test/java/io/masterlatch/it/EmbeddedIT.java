package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar on one machine: with its embedded ZooKeeper, without any, and with settings that cannot be. */
class EmbeddedIT {

    @TempDir
    private Path temporary;

    @Test
    void twoInstancesShareOneEmbeddedServerAndTheSecondRunsItOn() {
        int port = Loopback.freePort();
        try (Replicas replicas = Replicas.start(Stream.of(embedded("first", port), embedded("second", port)))) {
            ServiceProcess master = replicas.awaitMaster();
            ServiceProcess standby = replicas.others(master).get(0);
            long epoch = master.epoch();
            assertThat(standby.master()).isEqualTo("127.0.0.1:" + master.port());
            assertThat(replicas.instances())
                    .allSatisfy(instance -> assertThat(
                                    instance.get("/actuator/health").body())
                            .contains("embedded: for a trial on one machine only"));

            master.terminate();
            assertThat(master.exitCode()).isEqualTo(143);

            standby.awaitRole("MASTER");
            await().until(() -> standby.log().contains("Embedded ZooKeeper on 127.0.0.1:" + port));
            assertThat(standby.epoch()).isGreaterThan(epoch);
            replicas.assertCalmLogs();
        }
    }

    @Test
    void theCheckoutsSettingsGiveAMasterAndWithAnotherPortAStandby() throws IOException {
        Path checkout = Files.createDirectory(temporary.resolve("checkout"));
        Files.copy(Path.of(System.getProperty("basedir", ""), "application.yml"), checkout.resolve("application.yml"));
        int port = Loopback.freePort();
        try (ServiceProcess first = inCheckout(checkout, port).start().awaitUp().awaitRole("MASTER")) {
            try (ServiceProcess second =
                    inCheckout(checkout, port).start().awaitUp().awaitRole("STANDBY")) {
                assertThat(second.master()).isEqualTo(first.master());
                assertThat(second.get("/master", "Accept", "text/plain").body())
                        .isEqualTo(first.master() + "\n")
                        .endsWith(":" + first.port() + "\n");
                assertThat(checkout.resolve("target/zookeeper")).isDirectory();

                first.terminate();
                second.awaitRole("MASTER");
            }
        }
    }

    @Test
    void withoutAZooKeeperItRefusesToStartAndNamesBothRemedies() {
        try (ServiceProcess instance = ServiceProcess.named("alone").start()) {
            assertRefuses(instance, 78);
            assertThat(instance.log())
                    .contains(
                            "masterlatch.zookeeper.connect-string=host:port,host:port",
                            "masterlatch.zookeeper.embedded.enabled=true");
        }
    }

    @Test
    void aDataDirectoryThatCannotBeIsNamedWithItsRemedy() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "not a directory");
        try (ServiceProcess instance = embedded("directory", 0)
                .property("masterlatch.zookeeper.embedded.data-directory", file)
                .start()) {
            assertRefuses(instance, 78);
            assertThat(instance.log())
                    .contains(
                            file + " (masterlatch.zookeeper.embedded.data-directory)",
                            "Set masterlatch.zookeeper.embedded.data-directory to");
        }
    }

    private ServiceBuilder embedded(String name, int port) {
        return trial(name, port)
                .loopbackAddress()
                .property("masterlatch.zookeeper.session-timeout", "4s")
                .property("masterlatch.lease", "1s")
                .property("masterlatch.zookeeper.embedded.enabled", true);
    }

    private ServiceBuilder inCheckout(Path checkout, int port) {
        return trial("checkout", port).workingDirectory(checkout);
    }

    /**
     * Describes an instance that leaves nothing in the system's temporary directory and uses no server on port 2181.
     */
    private ServiceBuilder trial(String name, int port) {
        return ServiceProcess.named(name)
                .jvm("-Djava.io.tmpdir=" + temporary)
                .property("masterlatch.zookeeper.embedded.port", port);
    }

    private static void assertRefuses(ServiceProcess instance, int exitCode) {
        assertThat(instance.exitCode()).isEqualTo(exitCode);
        assertThat(instance.log())
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .doesNotContain("Exception", "\tat ");
    }
}
