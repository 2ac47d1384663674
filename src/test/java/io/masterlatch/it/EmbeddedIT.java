package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
            assertRefuses(instance);
            assertThat(instance.log())
                    .contains(
                            "masterlatch.zookeeper.connect-string=host:port,host:port",
                            "masterlatch.zookeeper.embedded.enabled=true");
        }
    }

    @Test
    void anEmbeddedPortThatSomethingElseHasEndsTheStart() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServiceProcess instance =
                        embedded("blocked", silent.getLocalPort()).start()) {
            assertRefuses(instance);
            assertThat(instance.log())
                    .contains(
                            "port " + silent.getLocalPort() + " on 127.0.0.1 (masterlatch.zookeeper.embedded.port)",
                            "set masterlatch.zookeeper.embedded.port to another one");
        }
    }

    @Test
    void wrongSettingsOfTheMasterAreNamedWithValueAndRemedy() {
        try (ServiceProcess instance = connected("wrong-master")
                .property("masterlatch.address", "master1")
                .property("masterlatch.path", "master")
                .start()) {
            assertNamed(instance, "masterlatch.address", "master1", "host:port, such as");
            assertNamed(instance, "masterlatch.path", "master", "the absolute path of a znode");
        }
    }

    @Test
    void wrongSettingsOfZooKeeperAreNamedWithValueAndRemedy() {
        try (ServiceProcess instance = ServiceProcess.named("wrong-zookeeper")
                .environment("MASTERLATCH_ZOOKEEPER_CONNECT_STRING", "zk1:2181,,zk2:2181")
                .property("masterlatch.zookeeper.session-timeout", "5ms")
                .property("masterlatch.zookeeper.connection-timeout", "1h")
                .property("masterlatch.zookeeper.embedded.port", "65536")
                .start()) {
            assertNamed(
                    instance,
                    "masterlatch.zookeeper.connect-string",
                    "zk1:2181,,zk2:2181",
                    "host:port with commas between");
            assertNamed(instance, "masterlatch.zookeeper.session-timeout", "5ms", "from 1s to 10m");
            assertNamed(instance, "masterlatch.zookeeper.connection-timeout", "1h", "from 100ms to 10m");
            assertNamed(instance, "masterlatch.zookeeper.embedded.port", "65536", "a port from 1 to 65535, or 0");
        }
    }

    @Test
    void aSettingThatCannotBeReadIsNamedWithValueAndRemedy() {
        try (ServiceProcess instance = connected("unreadable")
                .property("masterlatch.candidate", "perhaps")
                .start()) {
            assertNamed(instance, "masterlatch.candidate", "perhaps", "true or false");
        }
    }

    @Test
    void aMisspeltSettingIsNamedWithThoseThereAre() {
        try (ServiceProcess instance = connected("misspelt")
                .property("zookeeper.session-timout", "10s")
                .start()) {
            assertRefuses(instance);
            assertThat(instance.log())
                    .contains("There is no setting zookeeper.session-timout, which is \"10s\"", "session-timeout");
        }
    }

    @Test
    void aDataDirectoryThatCannotBeIsNamedWithItsRemedy() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "not a directory");
        try (ServiceProcess instance = embedded("directory", 0)
                .property("masterlatch.zookeeper.embedded.data-directory", file)
                .start()) {
            assertRefuses(instance);
            assertThat(instance.log())
                    .contains(
                            file + " (masterlatch.zookeeper.embedded.data-directory)",
                            "Set masterlatch.zookeeper.embedded.data-directory to");
        }
    }

    @Test
    void anHttpPortThatIsTakenEndsTheStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServiceProcess instance =
                        connected("second").port(taken.getLocalPort()).start()) {
            assertRefuses(instance);
            assertThat(instance.log()).contains("server.port=" + taken.getLocalPort() + ": Address already in use");
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

    /** Describes an instance that leaves nothing in the system's temporary directory nor meets anybody on port 2181. */
    private ServiceBuilder trial(String name, int port) {
        return ServiceProcess.named(name)
                .jvm("-Djava.io.tmpdir=" + temporary)
                .property("masterlatch.zookeeper.embedded.port", port);
    }

    private static ServiceBuilder connected(String name) {
        return ServiceProcess.named(name).property("masterlatch.zookeeper.connect-string", "127.0.0.1:1");
    }

    private static void assertNamed(ServiceProcess instance, String property, String value, String allowed) {
        assertRefuses(instance);
        assertThat(instance.log().lines())
                .as("log of %s", instance)
                .anySatisfy(line -> assertThat(line)
                        .contains(property + " is \"" + value + "\"")
                        .contains("It must be ")
                        .contains(allowed));
        assertThat(instance.log()).containsPattern("Correct .*" + property);
    }

    private static void assertRefuses(ServiceProcess instance) {
        assertThat(instance.exitCode()).isEqualTo(1);
        assertThat(instance.log())
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .doesNotContain("Exception", "\tat ");
    }
}
