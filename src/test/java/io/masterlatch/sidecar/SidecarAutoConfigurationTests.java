package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.masterlatch.election.MasterStore;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.TestedService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The whole service with an application beside it or built on it, and what somebody reads whose settings for that are wrong. */
@ExtendWith(OutputCaptureExtension.class)
class SidecarAutoConfigurationTests {

    private static final String GROUP = "management.endpoint.health.group.fit.include=app";
    private static final String REFUSED = "http://127.0.0.1:" + Loopback.freePort() + "/health";

    private final FakeMasterStore node = new FakeMasterStore();
    private final App app = new App();
    private ConfigurableApplicationContext context;

    @AfterEach
    void close() {
        if (context != null) {
            context.close();
        }
    }

    @Test
    void withoutSettingsNobodyIsAskedOrTold() {
        run();
        node.awaitRole(latch(), Role.MASTER);
        assertThat(context.getBeansOfType(HealthGate.class)).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("masterlatch-notify") || name.startsWith("masterlatch-health"));
    }

    @Test
    void followsTheHealthOfTheApplicationBuiltOnIt() {
        app.status = Status.DOWN;
        run(
                GROUP,
                "masterlatch.health-gate.group=fit",
                "masterlatch.health-gate.interval=100ms",
                "masterlatch.health-gate.grace=0s");
        node.awaitRole(latch(), Role.OBSERVER);

        app.status = Status.UP;
        node.awaitRole(latch(), Role.MASTER);
        app.status = Status.OUT_OF_SERVICE;
        node.awaitRole(latch(), Role.OBSERVER);
        assertThat(latch().suspended())
                .contains("the application (health group fit) is not healthy: it is OUT_OF_SERVICE");
        app.status = Status.UNKNOWN;
        node.awaitRole(latch(), Role.MASTER);
    }

    @Test
    void startsWithAnApplicationThatIsNotThereYetAndStandsNoMoreAfterARestart() {
        run("masterlatch.health-gate.url=" + REFUSED);
        node.awaitRole(latch(), Role.OBSERVER);
        context.pause();
        assertThat(context.getBean(HealthGate.class).isRunning()).isFalse();
        context.restart();
        node.awaitRole(latch(), Role.OBSERVER);
        assertThat(latch().suspended().orElseThrow())
                .startsWith("the application (" + REFUSED + ") has not been healthy yet");
    }

    static Stream<Arguments> wrongSettings() {
        return Stream.of(
                wrong(
                        "masterlatch.health-gate.group is \"fit\". It must be the name of a health group, of which there are"
                                + " [liveness, readiness].",
                        "masterlatch.health-gate.group=fit"),
                wrong(
                        "masterlatch.health-gate.group is \"fit\". This health group has the election's own component"
                                + " 'master' in it",
                        "masterlatch.health-gate.group=fit",
                        "management.endpoint.health.group.fit.include=*"),
                wrong(
                        "masterlatch.health-gate.group is \"fit\", but there is no actuator endpoint health",
                        "masterlatch.health-gate.group=fit",
                        GROUP,
                        "management.endpoint.health.access=none"),
                wrong(
                        "Both masterlatch.health-gate.url and masterlatch.health-gate.group are set.",
                        "masterlatch.health-gate.group=fit",
                        GROUP,
                        "masterlatch.health-gate.url=http://127.0.0.1:1/"),
                wrong(
                        "masterlatch.health-gate.url is \"127.0.0.1:9000\" (commandLineArgs). It must begin with http://",
                        "masterlatch.health-gate.url=127.0.0.1:9000"),
                wrong(
                        "masterlatch.health-gate.url is \"ftp://******@app/?******\" (commandLineArgs). It must begin with",
                        "masterlatch.health-gate.url=ftp://me:secret@app/?key=secret"),
                wrong(
                        "masterlatch.notify.webhooks[0].url is \"******\" (commandLineArgs). It must begin with http://",
                        "masterlatch.notify.webhooks[0].url=hooks.example.com/secret"),
                wrong(
                        "There is no setting masterlatch.notify.webhooks[0].autorization, which is \"******\" (commandLineArgs).",
                        "masterlatch.notify.webhooks[0].url=http://app/secret",
                        "masterlatch.notify.webhooks[0].autorization=Bearer secret"),
                wrong(
                        "There are: masterlatch.notify.webhooks[0].url, masterlatch.notify.webhooks[0].authorization,"
                                + " masterlatch.notify.webhooks[0].timeout, masterlatch.notify.commands[0].run[0], masterlatch.notify.commands[0].timeout.",
                        "notify.webhook=http://app/secret"),
                wrong(
                        "masterlatch.notify.webhooks is \"******\" (commandLineArgs). It must be a list with these settings:"
                                + " masterlatch.notify.webhooks[0].url, masterlatch.notify.webhooks[0].authorization,",
                        "masterlatch.notify.webhooks=http://me:secret@app/"),
                wrong(
                        "masterlatch.notify.webhooks[0].url is not set. It must be the address to call.",
                        "masterlatch.notify.webhooks[0].timeout=1s"),
                wrong(
                        "masterlatch.notify.webhooks[0].timeout is \"1h\" (commandLineArgs). It must be a duration from 100ms to 1m",
                        "masterlatch.notify.webhooks[0].url=http://app/secret",
                        "masterlatch.notify.webhooks[0].timeout=1h"),
                wrong(
                        "It must begin with a program that this user can run, the path of a file or a name that is found"
                                + " on the PATH",
                        "masterlatch.notify.commands[0].run=/bin/no-such-program"));
    }

    private static Arguments wrong(String message, String... settings) {
        return Arguments.of(message, settings);
    }

    @ParameterizedTest
    @MethodSource("wrongSettings")
    void aWrongSettingEndsTheStartWithOneMessageAndTellsNoSecret(
            String message, String[] settings, CapturedOutput output) {
        assertThatException().isThrownBy(() -> run(settings));

        assertThat(output.getAll())
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .contains(message)
                .doesNotContain("secret", "\tat ");
    }

    private void run(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--masterlatch.zookeeper.connect-string=127.0.0.1:1",
                "--masterlatch.zookeeper.embedded.enabled=false",
                "--spring.main.banner-mode=off"));
        Stream.of(settings).map("--"::concat).forEach(arguments::add);
        new TestedService()
                .initializers(starting -> {
                    context = starting;
                    GenericApplicationContext beans = (GenericApplicationContext) starting;
                    beans.registerBean("fakeStore", MasterStore.class, () -> node, bean -> bean.setPrimary(true));
                    beans.registerBean("appHealthIndicator", HealthIndicator.class, () -> app);
                })
                .run(arguments.toArray(String[]::new));
    }

    private MasterLatch latch() {
        return context.getBean(MasterLatch.class);
    }

    /** The application's own health. */
    private static final class App implements HealthIndicator {

        private volatile Status status = Status.UP;

        @Override
        public Health health() {
            return Health.status(status).build();
        }
    }
}
