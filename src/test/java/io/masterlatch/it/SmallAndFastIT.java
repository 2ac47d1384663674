package io.masterlatch.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.SmallLayout;
import io.masterlatch.testing.Start;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What docs/small-and-fast.md promises, by its own commands. */
// A dozen starts, one after another.
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads the resident memory from /proc")
class SmallAndFastIT {

    // Java 25 is some ten larger.
    private static final double MEBIBYTES = Runtime.version().feature() < 25 ? 140 : 155;
    private static final Duration FIRST_ANSWER = Duration.ofMillis(1_300);
    // Of the processor time of a plain start, for machines that are slower, or busy with something else. Much above it,
    // the archive is not in use.
    private static final double SHARE_OF_PLAIN = 0.5;
    private static final int TRIES = 5;
    private static final long JAR_BYTES = 39_000_000;
    // The limit of subscribers, and what is left of the connections but for a few that ask.
    private static final int STREAMS = 200;
    private static final int BODIES = 190;

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @Test
    @Tag("nightly")
    void staysSmallAndAnswersSoon() {
        SmallLayout layout = new SmallLayout(JAVA_HOME);
        try (ZooKeeperProcess server = new ZooKeeperProcess("zookeeper").start().awaitServing()) {
            List<Start> plain = starts(2, () -> ServiceProcess.named("plain").plainJvm(), server);
            List<Start> small = starts(TRIES, () -> layout.named("small"), server);

            assertThat(small)
                    .as("plain: %s, small: %s", plain, small)
                    .anySatisfy(start -> assertThat(start.residentMebibytes()).isLessThanOrEqualTo(MEBIBYTES));
            assertThat(best(small))
                    .as("plain: %s, small: %s", plain, small)
                    .satisfiesAnyOf(
                            best -> assertThat(best.firstAnswer()).isLessThanOrEqualTo(FIRST_ANSWER),
                            best -> assertThat(leastCpu(small)).isLessThanOrEqualTo(SHARE_OF_PLAIN * leastCpu(plain)));
        }
    }

    /** Every place is taken, and every other connection sends a body that does not end. */
    @Test
    @Tag("nightly")
    void answersWithAsManyClientsAsItsLimitsAllow() throws IOException {
        List<Closeable> clients = new ArrayList<>();
        try (ZooKeeperProcess server = new ZooKeeperProcess("zookeeper").start().awaitServing();
                ServiceProcess service = new SmallLayout(JAVA_HOME)
                        .named("crowded")
                        .loopbackAddress()
                        .property("masterlatch.zookeeper.connect-string", server.connectString())
                        .start()
                        .awaitRole("MASTER")) {
            List<EventClient> streams = new ArrayList<>();
            for (int number = 0; number < STREAMS; number++) {
                EventClient stream = EventClient.open(service.port());
                clients.add(stream::close);
                streams.add(stream);
                assertThat(stream.next().name()).isEqualTo("master");
            }
            byte[] part = ("3f00\r\n" + "1".repeat(0x3f00)).getBytes(US_ASCII);
            for (int number = 0; number < BODIES; number++) {
                Socket body = new Socket();
                clients.add(body);
                body.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
                body.getOutputStream()
                        .write("POST /actuator/info HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                .getBytes(US_ASCII));
                body.getOutputStream().write(part);
            }

            for (String path : List.of("/master", "/actuator/health", "/actuator/prometheus", "/candidates")) {
                assertThat(service.get(path).statusCode()).as(path).isEqualTo(200);
            }
            server.kill();
            for (EventClient stream : streams) {
                assertThat(stream.next().name()).isEqualTo("unknown");
            }
            assertThat(service.isAlive()).isTrue();
        } finally {
            for (Closeable client : clients) {
                client.close();
            }
        }
    }

    @Test
    void theJarHoldsNothingThatIsNeverLoaded() throws IOException {
        assertThat(Files.size(Path.of(System.getProperty("masterlatch.jar")))).isLessThanOrEqualTo(JAR_BYTES);
    }

    private static List<Start> starts(int times, Instance instance, ZooKeeperProcess server) {
        return Stream.generate(() -> instance.builder()
                        .loopbackAddress()
                        .property("masterlatch.zookeeper.connect-string", server.connectString())
                        .property("masterlatch.path", "/master" + Loopback.freePort()))
                .limit(times)
                .map(Start::of)
                .toList();
    }

    private static Start best(List<Start> starts) {
        return starts.stream().min(Comparator.comparing(Start::firstAnswer)).orElseThrow();
    }

    private static double leastCpu(List<Start> starts) {
        return starts.stream().mapToLong(start -> start.cpu().toNanos()).min().orElseThrow();
    }

    /** What to start, described anew for each start. */
    private interface Instance {

        ServiceBuilder builder();
    }
}
