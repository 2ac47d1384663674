package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZkCli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The built jar with a user in ZooKeeper, whose password it does not show. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "Xq7-hush:hush-92";

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(2));
    private final List<ServiceProcess> instances = new ArrayList<>();

    @BeforeAll
    void startZooKeeper() {
        zooKeeper.start();
    }

    @AfterEach
    void stop() {
        instances.forEach(ServiceProcess::close);
        instances.clear();
    }

    @AfterAll
    void close() {
        zooKeeper.close();
    }

    @Test
    void strangersMayReadOnly(@TempDir Path secrets) throws IOException {
        ServiceProcess one = start(
                        instance("one", "/guarded/master").environment("MASTERLATCH_ZOOKEEPER_AUTH_PASSWORD", SECRET))
                .awaitRole("MASTER", PATIENCE);
        // As Kubernetes mounts a secret, with the newline that editors add.
        Files.writeString(secrets.resolve("masterlatch.zookeeper.auth.password"), SECRET + "\n");
        ServiceProcess two = start(instance("two", "/guarded/master")
                        .property("spring.config.import", "configtree:" + secrets + "/"))
                .awaitRole("STANDBY", PATIENCE);

        try (ZkCli stranger = ZkCli.connect(zooKeeper.connectString())) {
            stranger.send("get /guarded/master").awaitOutput("127.0.0.1:" + one.port());
            stranger.send("set /guarded/master mine").awaitOutput("Insufficient permission");
            stranger.send("delete /guarded/master").awaitOutput("Insufficient permission");
            stranger.send("deleteall /guarded").awaitOutput("Failed to delete");
            stranger.send("create -e /guarded/master-candidates/x").awaitOutput("Insufficient permission");
            stranger.send("getAcl /guarded/master").awaitOutput(": r");
        }
        assertThat(one.role()).isEqualTo("MASTER");
        assertThat(health(one)).contains("\"UP\"").doesNotContain("world-writable", "access control");

        one.terminate();
        two.awaitRole("MASTER", PATIENCE);
    }

    @Test
    void openNodesAreReported() {
        ServiceProcess one = start(
                        instance("open", "/open-parent").environment("MASTERLATCH_ZOOKEEPER_AUTH_PASSWORD", SECRET))
                .awaitRole("MASTER", PATIENCE);

        await().atMost(PATIENCE).until(() -> health(one).contains("any client can change the election"));
        assertThat(health(one)).contains("\"UP\"");
        assertThat(one.log()).containsOnlyOnce("any client can change the election");
    }

    @Test
    void aUserPerHostIsReportedAtTheStart() {
        start(instance("right", "/wrong/master").environment("MASTERLATCH_ZOOKEEPER_AUTH_PASSWORD", SECRET))
                .awaitRole("MASTER", PATIENCE);
        ServiceProcess wrong =
                start(instance("wrong", "/wrong/master").environment("MASTERLATCH_ZOOKEEPER_AUTH_PASSWORD", "another"));

        await().atMost(PATIENCE)
                .until(
                        () -> health(wrong)
                                .contains(
                                        "a candidate without a place in the queue: no permission in ZooKeeper to create a candidate"));

        assertThat(health(wrong)).contains("\"UP\"");
        await().during(Duration.ofSeconds(3))
                .until(() -> wrong.log()
                                .lines()
                                .filter(line -> line.contains("without a place in the queue"))
                                .count()
                        == 1);
        assertThat(wrong.log()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void thePasswordIsNowhereToBeSeen() {
        ServiceProcess one = start(instance("quiet", "/quiet/master")
                        .property("masterlatch.zookeeper.auth.password", SECRET)
                        .property("masterlatch.notify.webhooks[0].url", "http://127.0.0.1:1/hook?key=" + SECRET)
                        .property("logging.level.root", "debug")
                        .property("logging.level.io.masterlatch", "trace")
                        .property("logging.level.org.apache.zookeeper", "debug")
                        .property("logging.level.org.apache.curator", "debug")
                        .property("management.endpoints.web.exposure.include", "*"))
                .awaitRole("MASTER", PATIENCE);

        for (String path : List.of(
                "env",
                "env/masterlatch.zookeeper.auth.password",
                "configprops",
                "configprops/masterlatch.zookeeper",
                "beans",
                "conditions",
                "health",
                "info",
                "loggers",
                "mappings",
                "metrics",
                "prometheus",
                "scheduledtasks",
                "threaddump",
                "candidacy")) {
            assertThat(one.get("/actuator/" + path).body())
                    .as(path)
                    .isNotEmpty()
                    .doesNotContain(SECRET);
        }
        assertThat(one.get("/actuator/env/masterlatch.zookeeper.auth.password").body())
                .contains("******");
        assertThat(one.get("/actuator/configprops/masterlatch.zookeeper").body())
                .contains("******");
        one.terminate();
        one.exitCode();
        assertThat(one.log()).contains(" DEBUG ").doesNotContain(SECRET);
    }

    @Test
    void aUserWithoutAPasswordEndsTheStart() {
        ServiceProcess one = instance("half", "/half").start();
        instances.add(one);

        assertThat(one.exitCode()).isEqualTo(78);
        assertThat(one.log())
                .contains("masterlatch.zookeeper.auth.password is not set. It must be set")
                .doesNotContain("\tat ");
    }

    private ServiceBuilder instance(String name, String path) {
        return ServiceProcess.named(name)
                .loopbackAddress()
                .property("masterlatch.zookeeper.connect-string", zooKeeper.connectString())
                .property("masterlatch.zookeeper.session-timeout", "5s")
                .property("masterlatch.lease", "1s")
                .property("masterlatch.zookeeper.auth.username", "masterlatch")
                .property("masterlatch.path", path);
    }

    private ServiceProcess start(ServiceBuilder instance) {
        ServiceProcess started = instance.start();
        instances.add(started);
        return started.awaitUp();
    }

    private static String health(ServiceProcess instance) {
        return instance.get("/actuator/health").body();
    }
}
