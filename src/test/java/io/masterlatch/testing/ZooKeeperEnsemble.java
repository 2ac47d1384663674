package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three ZooKeeper servers, each in a JVM of its own, that reach one another only through proxies, so that any link
 * between two of them can be cut.
 *
 * <p>Each server's own line of the configuration has its real ports; the lines of the others have the ports of proxies
 * that only this server uses. That the views differ does no harm while reconfiguration is disabled, which it is unless
 * a configuration enables it. One trap: a server that is called on its election port by one of a lower number hangs up
 * and calls back at the address that the caller names in its greeting, which is the real one. The proxies put theirs
 * there.
 */
public final class ZooKeeperEnsemble implements AutoCloseable {

    private static final int SIZE = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The way on which one server calls another. */
    private record Link(int from, int to, FaultyProxy quorum, FaultyProxy election) {

        boolean touches(int server) {
            return from == server || to == server;
        }

        void both(Consumer<FaultyProxy> fault) {
            fault.accept(quorum);
            fault.accept(election);
        }
    }

    private final List<ZooKeeperProcess> servers = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();

    /** Prepares three servers with ZooKeeper's usual tick of two seconds. */
    public ZooKeeperEnsemble() {
        this(Duration.ofSeconds(2));
    }

    /** Prepares three servers; a follower that hears nothing of its leader serves on for up to five ticks. */
    public ZooKeeperEnsemble(Duration tick) {
        int[] quorumPorts = ports();
        int[] electionPorts = ports();
        for (int from = 0; from < SIZE; from++) {
            for (int to = 0; to < SIZE; to++) {
                if (from != to) {
                    links.add(new Link(from, to, FaultyProxy.to(quorumPorts[to]), FaultyProxy.to(electionPorts[to])));
                }
            }
        }
        for (Link link : links) {
            String real = Loopback.address(electionPorts[link.from()]);
            String proxied = link(link.to(), link.from()).election().connectString();
            link.election().rewriteOpening(replacing(real, proxied));
            // A server may call its new leader a moment before that one listens. Refused it tries again; let in and
            // hung up on it votes anew, while the leader waits for it for ten ticks.
            link.quorum().awaitTarget(Duration.ofSeconds(2));
        }
        for (int server = 0; server < SIZE; server++) {
            ZooKeeperProcess process = new ZooKeeperProcess("server" + (server + 1))
                    .member(server + 1)
                    .tickTime(tick)
                    .with("initLimit", 10)
                    .with("syncLimit", 5);
            process.with("server." + (server + 1), line(quorumPorts[server], electionPorts[server]));
            for (Link link : links) {
                if (link.from() == server) {
                    String line = line(link.quorum().port(), link.election().port());
                    process.with("server." + (link.to() + 1), line);
                }
            }
            servers.add(process);
        }
    }

    /** Starts all servers and waits until all serve. */
    public ZooKeeperEnsemble start() {
        servers.forEach(ZooKeeperProcess::start);
        servers.forEach(ZooKeeperProcess::awaitServing);
        return this;
    }

    /** Returns the servers, in the order of their numbers. */
    public List<ZooKeeperProcess> servers() {
        return List.copyOf(servers);
    }

    /** Waits for a leader that a follower follows, and returns it. */
    public ZooKeeperProcess leader() {
        await("a quorum")
                .pollInterval(Duration.ofMillis(20))
                .atMost(PATIENCE)
                .until(() -> !followers().isEmpty());
        return in("leader").stream().findFirst().orElseGet(this::leader);
    }

    /** Returns the servers that say at this moment that they follow. */
    public List<ZooKeeperProcess> followers() {
        return in("follower");
    }

    /** Returns the addresses of all servers for clients, with commas. */
    public String connectString() {
        return servers.stream().map(ZooKeeperProcess::connectString).collect(Collectors.joining(","));
    }

    /**
     * Swallows everything between this server and the others, whose clients still reach it: a cut-off follower answers
     * reads from old data until it has missed its leader for five ticks.
     */
    public void cutOff(ZooKeeperProcess server) {
        int number = servers.indexOf(server);
        links.stream().filter(link -> link.touches(number)).forEach(link -> link.both(FaultyProxy::blackHole));
    }

    /** Swallows everything between these two; the third still hears both. */
    public void cutOff(ZooKeeperProcess one, ZooKeeperProcess other) {
        int first = servers.indexOf(one);
        int second = servers.indexOf(other);
        List.of(link(first, second), link(second, first)).forEach(link -> link.both(FaultyProxy::blackHole));
    }

    /** Restores every link. */
    public void heal() {
        links.forEach(link -> link.both(FaultyProxy::restore));
    }

    /** Stops and starts one server after the other, the leader last, and waits for each to serve before the next. */
    public void rollingRestart() {
        ZooKeeperProcess last = leader();
        List<ZooKeeperProcess> order = new ArrayList<>(servers);
        order.remove(last);
        order.add(last);
        for (ZooKeeperProcess server : order) {
            server.stop();
            server.start();
            servers.forEach(ZooKeeperProcess::awaitServing);
        }
    }

    @Override
    public void close() {
        servers.forEach(ZooKeeperProcess::close);
        links.forEach(link -> link.both(FaultyProxy::close));
    }

    private List<ZooKeeperProcess> in(String mode) {
        return servers.stream().filter(server -> server.mode().equals(mode)).toList();
    }

    private Link link(int from, int to) {
        return links.stream()
                .filter(link -> link.from() == from && link.to() == to)
                .findFirst()
                .orElseThrow();
    }

    private static int[] ports() {
        return IntStream.generate(Loopback::freePort).limit(SIZE).toArray();
    }

    private static String line(int quorumPort, int electionPort) {
        return Loopback.address(quorumPort) + ":" + electionPort;
    }

    private static UnaryOperator<byte[]> replacing(String from, String to) {
        return bytes -> new String(bytes, ISO_8859_1).replace(from, to).getBytes(ISO_8859_1);
    }
}
