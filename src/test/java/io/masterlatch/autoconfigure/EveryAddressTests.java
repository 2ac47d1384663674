package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.LocalZooKeeper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.test.util.ReflectionTestUtils;

/** The addresses that ZooKeeper's client is given, and when, with names that have several. */
class EveryAddressTests {

    private static final long SPIN = 1000;

    private final Map<String, List<String>> names = new LinkedHashMap<>();

    @Test
    void allAddressesOfAllNamesAreGivenBeforeAPause() {
        names.put("localhost", List.of("::1", "127.0.0.1"));
        names.put("zk.example.com", List.of("192.0.2.1", "192.0.2.2", "192.0.2.3"));
        EveryAddress provider = provider("localhost", "zk.example.com");

        long began = System.nanoTime();
        Set<InetSocketAddress> round = new HashSet<>(take(provider, 5));

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(SPIN / 2));
        assertThat(round).hasSize(5);
        assertThat(provider.size()).isEqualTo(5);
        provider.next(SPIN);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(SPIN - 50));
    }

    @Test
    void theNameIsKeptForTheCheckOfTheCertificate() {
        names.put("zk.example.com", List.of("192.0.2.1"));

        InetSocketAddress address = provider("zk.example.com").next(SPIN);

        assertThat(address.getHostString()).isEqualTo("zk.example.com");
        assertThat(address.getAddress().getHostAddress()).isEqualTo("192.0.2.1");
    }

    @Test
    void theServerOfTheLastConnectionIsGivenLast() {
        names.put("a", List.of("192.0.2.1", "192.0.2.2", "192.0.2.3"));
        names.put("b", List.of("192.0.2.4"));
        EveryAddress provider = provider("a", "b");
        InetSocketAddress connected = provider.next(0);
        provider.onConnected();

        assertThat(take(provider, 4)).last().isEqualTo(connected);
    }

    @Test
    void eachRoundLooksTheNamesUpAgain() {
        names.put("a", List.of("192.0.2.1"));
        EveryAddress provider = provider("a");
        provider.next(0);

        names.put("a", List.of("192.0.2.9"));

        assertThat(provider.next(0).getAddress().getHostAddress()).isEqualTo("192.0.2.9");
        names.remove("a");
        assertThat(provider.next(0).isUnresolved()).isTrue();
    }

    @Test
    void anotherListOfServersCountsFromNowOn() {
        names.put("a", List.of("192.0.2.1", "192.0.2.2"));
        names.put("b", List.of("192.0.2.3"));
        EveryAddress provider = provider("a");
        provider.next(0);

        assertThat(provider.updateServerList(List.of(InetSocketAddress.createUnresolved("b", 2181)), null))
                .isFalse();

        assertThat(provider.next(0).getHostString()).isEqualTo("b");
        assertThat(provider.size()).isOne();
    }

    /**
     * Nothing listens on the other address. ZooKeeper's own provider took 1.2 to 4.1 s for these restarts. */
    @Test
    void aServerOnOneOfTheTwoAddressesOfItsNameIsFoundSoonAfterARestart() throws Exception {
        names.put("zk.example.com", List.of("127.0.0.2", "127.0.0.1"));
        try (LocalZooKeeper server = new LocalZooKeeper(Duration.ofMillis(500)).start()) {
            HostProvider provider = provider(server.port(), "zk.example.com");
            ZooKeeper client =
                    new ZooKeeper(server.connectString(), 10_000, event -> {}, false, provider, new ZKClientConfig());
            List<Long> times = new ArrayList<>();
            try {
                for (int restart = 0; restart < 6; restart++) {
                    awaitConnected(client, true);
                    server.stop();
                    awaitConnected(client, false);
                    server.start();
                    long began = System.nanoTime();
                    awaitConnected(client, true);
                    times.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
                }
            } finally {
                client.close();
            }
            System.out.println("EveryAddressTests: connected again after " + times + " ms");
            // At most two pauses of up to a second by the client itself, and the rest of the provider's.
            assertThat(times).allMatch(time -> time < 3500);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "localhost:1"})
    void theElectionsOwnClientUsesIt(String servers) {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(SslAutoConfiguration.class, MasterLatchAutoConfiguration.class))
                .withPropertyValues("masterlatch.zookeeper.connect-string=" + servers, "masterlatch.address=a:1")
                .run(context -> {
                    ZooKeeper handle = context.getBean(ElectionClient.class)
                            .framework()
                            .getZookeeperClient()
                            .getZooKeeper();
                    assertThat(ReflectionTestUtils.getField(handle, "hostProvider"))
                            .isInstanceOf(EveryAddress.class);
                });
    }

    private static void awaitConnected(ZooKeeper client, boolean connected) {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> client.getState().isConnected() == connected);
    }

    private EveryAddress provider(String... hosts) {
        return provider(2181, hosts);
    }

    private EveryAddress provider(int port, String... hosts) {
        return new EveryAddress(servers(port, hosts), this::lookUp);
    }

    private static List<InetSocketAddress> servers(int port, String... hosts) {
        return Arrays.stream(hosts)
                .map(host -> InetSocketAddress.createUnresolved(host, port))
                .toList();
    }

    private static List<InetSocketAddress> take(HostProvider provider, int count) {
        List<InetSocketAddress> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(provider.next(SPIN));
        }
        return taken;
    }

    private InetAddress[] lookUp(String name) throws UnknownHostException {
        List<String> addresses = names.get(name);
        if (addresses == null) {
            throw new UnknownHostException(name);
        }
        InetAddress[] found = new InetAddress[addresses.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByAddress(
                    name, InetAddress.getByName(addresses.get(i)).getAddress());
        }
        return found;
    }
}
