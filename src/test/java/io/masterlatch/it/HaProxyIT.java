package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.HaProxyProcess;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A real HAProxy, configured as this project ships it, in front of two instances. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HaProxyIT {

    private static final Duration SESSION = Duration.ofSeconds(4);
    // Five times what it promises.
    private static final Duration PROMPTLY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("haproxy");
    private Replicas replicas;
    private HaProxyProcess proxy;

    @BeforeAll
    void start() {
        Optional<Path> program = HaProxyProcess.program();
        assumeThat(program)
                .as("HAProxy is not installed (on Debian: apt-get install haproxy), so that this is not tried")
                .isPresent();
        zooKeeper.start().awaitServing();
        replicas = Replicas.start(2, zooKeeper.connectString(), SESSION);
        proxy = HaProxyProcess.start(program.get(), replicas.instances());
    }

    @AfterAll
    void close() {
        if (proxy != null) {
            proxy.close();
        }
        if (replicas != null) {
            replicas.close();
        }
        zooKeeper.close();
    }

    @Test
    void followsAHandOver() throws Exception {
        List<Duration> times = new ArrayList<>();
        for (int handOver = 0; handOver < 3; handOver++) {
            times.add(handOver());
        }

        System.out.println("HaProxyIT: from the new master to the last request that met another: " + times);
        assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(PROMPTLY));
    }

    @Test
    void keepsRequestsFromAMasterThatIsCutOff() {
        ServiceProcess master = replicas.awaitMaster();
        awaitAnswerOf(master);

        zooKeeper.pause();
        master.awaitRole("UNKNOWN");
        await().atMost(PATIENCE).until(() -> ask(Duration.ofSeconds(10)).statusCode() == 503);
        zooKeeper.resume();

        awaitAnswerOf(replicas.awaitMaster());
    }

    /** Has the master go, and returns how long after the other is master requests still met anything else. */
    private Duration handOver() throws Exception {
        ServiceProcess old = replicas.awaitMaster();
        ServiceProcess next = replicas.others(old).get(0);
        awaitAnswerOf(old);

        old.terminate();
        next.awaitRole("MASTER");
        long elected = System.nanoTime();
        long followed = System.nanoTime();
        for (int inARow = 0; inARow < 50; inARow++) {
            if (!isAnswerOf(next, answer())) {
                inARow = 0;
                followed = System.nanoTime();
            }
        }
        Duration time = Duration.ofNanos(followed - elected);
        old.exitCode();
        replicas.restore();
        return time;
    }

    private void awaitAnswerOf(ServiceProcess instance) {
        await("HAProxy sends requests to " + instance)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(() -> isAnswerOf(instance, answer()));
    }

    private static boolean isAnswerOf(ServiceProcess instance, String answer) {
        return answer.startsWith(
                "{\"election\":\"/master\",\"self\":\"127.0.0.1:" + instance.port() + "\",\"role\":\"MASTER\",");
    }

    private String answer() {
        try {
            return ask(Duration.ofSeconds(5)).body();
        } catch (IOException cut) {
            return "";
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(hurried);
        }
    }

    private HttpResponse<String> ask(Duration patience) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/role"))
                .timeout(patience)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
