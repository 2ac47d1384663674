package io.masterlatch.docs;

import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.LocalZooKeeper;
import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.TestedService;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A master and a standby, for snippets to ask, for as long as the tests of a class run. */
final class TwoInstances implements BeforeAllCallback, AfterAllCallback {

    /** The address of the master. */
    static final String MASTER = "master1.example.com:8080";

    /** The address of the standby. */
    static final String STANDBY = "master2.example.com:8080";

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(1));
    private ConfigurableApplicationContext master;
    private ConfigurableApplicationContext standby;

    /** Returns the code with the port of an instance in place of those that the documentation names. */
    static String at(String code, int port) {
        return code.replaceAll("localhost:808[01]", Loopback.address(port));
    }

    /** Returns the code with the ports of the two in place of those of the trial, 8080 and 8081. */
    String asInTheTrial(String code) {
        return code.replace("localhost:8080", Loopback.address(master()))
                .replace("localhost:8081", Loopback.address(standby()));
    }

    @Override
    public void beforeAll(ExtensionContext tests) {
        zooKeeper.start();
        master = run(MASTER, Role.MASTER);
        standby = run(STANDBY, Role.STANDBY);
    }

    /** Returns the port of the master. */
    int master() {
        return port(master);
    }

    /** Returns the port of the standby. */
    int standby() {
        return port(standby);
    }

    long epoch() {
        return master.getBean(MasterLatch.class).getLeader().orElseThrow().epoch();
    }

    private ConfigurableApplicationContext run(String address, Role role) {
        ConfigurableApplicationContext context = new TestedService()
                .run(
                        "--server.port=0",
                        "--masterlatch.address=" + address,
                        "--masterlatch.zookeeper.connect-string=" + zooKeeper.connectString(),
                        "--management.endpoints.web.exposure.include=health,prometheus,candidacy",
                        "--management.endpoint.candidacy.access=unrestricted",
                        "--spring.main.banner-mode=off");
        MasterLatch latch = context.getBean(MasterLatch.class);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> latch.mastership().role(latch.now()) == role
                        && latch.getLeader().isPresent());
        return context;
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @Override
    public void afterAll(ExtensionContext tests) {
        for (ConfigurableApplicationContext context : new ConfigurableApplicationContext[] {standby, master}) {
            if (context != null) {
                context.close();
            }
        }
        zooKeeper.close();
    }
}
