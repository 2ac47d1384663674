package io.masterlatch.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.ProgramProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two masters at work, of which one freezes with a write on its way, and the resource that refuses this write. */
class FencingIT {

    private static final String FIRST = "127.0.0.1:1001";
    private static final String SECOND = "127.0.0.1:1002";

    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("fencing").tickTime(Duration.ofSeconds(1));
    private final FencedRegister register = new FencedRegister();
    private final List<Long> refused = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer resource;

    @BeforeEach
    void start() throws IOException {
        resource = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        resource.createContext("/register", this::write);
        resource.setExecutor(threads);
        resource.start();
        zooKeeper.start().awaitServing();
    }

    @AfterEach
    void close() {
        zooKeeper.close();
        resource.stop(0);
        threads.shutdownNow();
    }

    @Test
    void theWriteOfAMasterThatFrozeIsRefused() {
        int port = resource.getAddress().getPort();
        try (FaultyProxy network = FaultyProxy.to(port);
                ProgramProcess first = work(FIRST, network.port())) {
            await().until(() -> register.value().equals("written by " + FIRST));
            long epoch = register.epoch();
            try (ProgramProcess second = work(SECOND, port)) {
                await().until(() -> second.output().contains("at work"));

                // A write of the first stays on its way, and the first freezes.
                network.holdRequests();
                await().pollDelay(Duration.ofMillis(500)).until(() -> true);
                first.freeze();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> register.value().equals("written by " + SECOND));
                assertThat(register.epoch()).isGreaterThan(epoch);
                assertThat(refused).isEmpty();

                network.restore();
                await().until(() -> !refused.isEmpty());
                first.thaw();
                await().until(() -> first.output().contains("Too late"));

                assertThat(refused).containsOnly(epoch);
                assertThat(register.value()).isEqualTo("written by " + SECOND);
            }
            // The second is gone, without a word. The first is master again when it may, and of a later epoch.
            long last = register.epoch();
            await().atMost(Duration.ofSeconds(60)).until(() -> register.value().equals("written by " + FIRST));
            assertThat(register.epoch()).isGreaterThan(last);
            assertThat(refused).containsOnly(epoch);
        }
    }

    private ProgramProcess work(String address, int port) {
        return ProgramProcess.start(
                "at-work",
                MasterAtWork.class,
                zooKeeper.connectString(),
                address,
                "http://127.0.0.1:" + port + "/register",
                "1000");
    }

    private void write(HttpExchange exchange) throws IOException {
        try (exchange) {
            long epoch = Long.parseLong(exchange.getRequestHeaders().getFirst(MasterAtWork.EPOCH));
            String value = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            boolean written = register.write(epoch, value);
            if (!written) {
                refused.add(epoch);
            }
            exchange.sendResponseHeaders(written ? 204 : 409, -1);
        }
    }
}
