package io.masterlatch.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.masterlatch.election.MasterStore;
import io.masterlatch.testing.EventClient;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.Program;
import io.masterlatch.testing.TestedService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Prints after how many milliseconds the place of a client that has dropped off the network is free again: once its acknowledgements are
 * lost, and once there is no way to it. To be run as root of a network namespace of its own; the argument is the heartbeat.
 */
public final class HalfOpenStream {

    private HalfOpenStream() {}

    public static void main(String... arguments) throws IOException {
        ip("link", "set", "lo", "up");
        FakeMasterStore store = new FakeMasterStore();
        try (ConfigurableApplicationContext context = new TestedService()
                .initializers(starting -> ((GenericApplicationContext) starting)
                        .registerBean("fakeStore", MasterStore.class, () -> store, bean -> bean.setPrimary(true)))
                .run(
                        "--server.port=0",
                        "--masterlatch.address=master2.example.com:2223",
                        "--masterlatch.subscribers.limit=1",
                        "--masterlatch.subscribers.heartbeat=" + arguments[0],
                        "--masterlatch.zookeeper.connect-string=127.0.0.1:1",
                        "--spring.main.banner-mode=off")) {
            int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            ip("rule", "add", "pref", "100", "lookup", "local");
            ip("rule", "del", "pref", "0");
            measure(port, "127.0.0.2", "from");
            measure(port, "127.0.0.3", "to");
        }
    }

    private static void measure(int port, String address, String lost) throws IOException {
        // The place of a client that closed its connection is free at the next heartbeat only.
        Socket client =
                Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> admitted(port, address), Objects::nonNull);
        try {
            if (isAdmitted(port)) {
                throw new IllegalStateException("there is more than one place");
            }
            ip("rule", "add", "pref", "10", lost, address, "blackhole");
            long gone = System.nanoTime();
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> isAdmitted(port));
            System.out.println(
                    "packets " + lost + " it lost: free after " + (System.nanoTime() - gone) / 1_000_000 + " ms");
        } finally {
            client.close();
        }
    }

    /** Returns a client at this address that follows the stream; null when there is no place for it. */
    private static @Nullable Socket admitted(int port, String address) throws IOException {
        Socket client = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(address), 0);
        client.getOutputStream()
                .write("GET /master HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".getBytes(US_ASCII));
        if (EventClient.answerOn(client).next().name().equals("too-many-subscribers")) {
            client.close();
            return null;
        }
        return client;
    }

    private static boolean isAdmitted(int port) throws IOException {
        try (EventClient another = EventClient.open(port)) {
            return !another.next().name().equals("too-many-subscribers");
        }
    }

    private static void ip(String... arguments) {
        Program.run(
                        Path.of("."),
                        Map.of(),
                        "",
                        Stream.concat(Stream.of("ip"), Stream.of(arguments)).toList())
                .assertOk();
    }
}
