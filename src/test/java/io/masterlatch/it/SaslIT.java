package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZkCli;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built jar as a user that ZooKeeper knows through SASL, by DIGEST-MD5. */
class SaslIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MODULE = "org.apache.zookeeper.server.auth.DigestLoginModule required";

    @TempDir
    private Path directory;

    @Test
    void aKnownUserKeepsTheElectionAndAnUnknownOneGetsTheReason() throws IOException {
        Path server = Files.writeString(
                directory.resolve("server.conf"), "Server { " + MODULE + " user_masterlatch=\"hush-92\"; };");
        try (ZooKeeperProcess zooKeeper = new ZooKeeperProcess("sasl")
                .with("authProvider.sasl", "org.apache.zookeeper.server.auth.SASLAuthenticationProvider")
                .jvm("-Djava.security.auth.login.config=" + server, "-Dzookeeper.fips-mode=false")) {
            zooKeeper.start().awaitServing();
            try (ServiceProcess known = start("known", zooKeeper, "hush-92");
                    ServiceProcess unknown = start("unknown", zooKeeper, "wrong")) {
                known.awaitRole("MASTER", PATIENCE);
                try (ZkCli stranger = ZkCli.connect(zooKeeper.connectString())) {
                    stranger.send("getAcl /guarded").awaitOutput("'sasl,'masterlatch\n: cdrwa\n'world,'anyone\n: r");
                    stranger.send("delete /guarded/master").awaitOutput("Insufficient permission");
                }

                await().atMost(PATIENCE)
                        .until(() -> unknown.get("/actuator/health")
                                .body()
                                .contains("ZooKeeper refuses this instance: authentication failed"));
                assertThat(unknown.get("/master").statusCode()).isEqualTo(503);
                await().during(Duration.ofSeconds(7))
                        .atMost(PATIENCE)
                        .until(() -> unknown.log()
                                        .lines()
                                        .filter(line -> line.contains("authentication failed"))
                                        .count()
                                == 1);
                assertThat(unknown.log()).doesNotContain("Exception", "\tat ");
                assertThat(known.log() + unknown.log()).doesNotContain("hush-92", "\"wrong\"");
            }
        }
    }

    private ServiceProcess start(String name, ZooKeeperProcess zooKeeper, String password) throws IOException {
        Path client = Files.writeString(
                directory.resolve(name + ".conf"),
                "Client { " + MODULE + " username=\"masterlatch\" password=\"" + password + "\"; };");
        return ServiceProcess.named(name)
                .loopbackAddress()
                .jvm("-Djava.security.auth.login.config=" + client, "-Dzookeeper.fips-mode=false")
                .property("masterlatch.zookeeper.connect-string", zooKeeper.connectString())
                .property("masterlatch.zookeeper.session-timeout", "10s")
                .property("masterlatch.lease", "3s")
                .property("masterlatch.path", "/guarded/master")
                .start()
                .awaitUp();
    }
}
