package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.curator.ClientConnection.Handle;
import io.masterlatch.election.Event;
import io.masterlatch.election.Reply;
import io.masterlatch.election.Request;
import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.LocalZooKeeper;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.AsyncCallback.MultiCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.auth.AuthenticationProvider;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The events of the client's connection for an election, and which handle its requests go through. */
@SuppressWarnings("try") // that close() may be interrupted is ZooKeeper's
class ClientConnectionTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final LocalZooKeeper server = new LocalZooKeeper(Duration.ofMillis(500));
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private FaultyProxy network;
    private CuratorFramework client;
    private WeakReference<Consumer<Event>> consumer;
    private ClientConnection connection;

    @BeforeEach
    void start() {
        server.start();
        network = FaultyProxy.to(server.port());
    }

    @AfterEach
    void close() {
        connection.close();
        client.close();
        network.close();
        server.close();
    }

    @Test
    void isReportedOnceTheClientIsStartedAndConnected() {
        open(builder -> builder);
        await().atMost(PATIENCE).until(() -> events.size() >= 2);
        assertThat(events).allMatch(new Event.ConnectError("the Curator client is not started", false)::equals);
        assertThat(connection.handle()).isNull();

        client.start();

        Event.Connected connected = awaitConnected();
        assertThat(connected.session().timeout()).isEqualTo(TestElection.SESSION);
        assertThat(connected.session().id())
                .isEqualTo(connection.handle().zooKeeper().getSessionId());
    }

    @Test
    void aLossAndAReconnectKeepTheHandleAndTheSession() {
        open(builder -> builder);
        client.start();
        Event.Connected connected = awaitConnected();
        Handle handle = connection.handle();
        events.clear();

        network.dropConnections();

        await().atMost(PATIENCE).until(() -> events.contains(connected));
        assertThat(events)
                .filteredOn(event -> !(event instanceof Event.StoreWarning))
                .first()
                .isInstanceOf(Event.Disconnected.class);
        assertThat(connection.handle()).isSameAs(handle);
    }

    @Test
    void anEndedSessionIsReplacedByAnotherHandle() {
        open(builder -> builder);
        client.start();
        Event.Connected connected = awaitConnected();
        Handle handle = connection.handle();
        events.clear();

        server.expire(connected.session().id());

        assertThat(awaitConnected().session().id())
                .isNotEqualTo(connected.session().id());
        assertThat(connection.handle()).isNotSameAs(handle);
    }

    /** Curator calls its listeners one after the other. */
    @Test
    void anEndedSessionIsReplacedAlsoWhenAnotherListenerOfTheClientDoesNotReturn() {
        create(builder -> builder);
        CountDownLatch never = new CountDownLatch(1);
        client.getConnectionStateListenable().addListener((changed, state) -> {
            if (state == ConnectionState.SUSPENDED) {
                block(never);
            }
        });
        // So long that the client has its next session before it is looked at.
        open(Duration.ofSeconds(4));
        client.start();
        Event.Connected connected = awaitConnected();
        events.clear();
        try {
            server.expire(connected.session().id());

            assertThat(awaitConnected().session().id())
                    .isNotEqualTo(connected.session().id());
        } finally {
            never.countDown();
        }
    }

    @Test
    void aWatchThatIsLeftDoesNotHoldOnToAClosedElection() {
        open(builder -> builder);
        client.start();
        awaitConnected();
        CompletableFuture<Reply> watched = new CompletableFuture<>();
        connection.handle().lease().look(new Request.Look(false, true, true, null), watched::complete);
        assertThat(watched).succeedsWithin(PATIENCE);

        connection.close();

        await().atMost(PATIENCE).until(() -> {
            System.gc();
            return consumer.get() == null;
        });
    }

    @Test
    void whatDoesNotAnswerIsNamedAgainAndAgain() {
        network.cut();
        open(builder -> builder.connectionTimeoutMs(500));
        client.start();
        Event error = new Event.ConnectError("connection refused by " + network.connectString(), false);

        await().atMost(PATIENCE)
                .until(() -> events.stream().filter(error::equals).count() >= 2);

        network.restore();
        awaitConnected();
    }

    @Test
    void aServerThatDemandsAuthenticationIsNamedUntilItIsMet() {
        server.stop();
        String enforced = "zookeeper.enforce.auth.enabled";
        String schemes = "zookeeper.enforce.auth.schemes";
        try {
            System.setProperty(enforced, "true");
            System.setProperty(schemes, "digest");
            server.start();
        } finally {
            System.clearProperty(enforced);
            System.clearProperty(schemes);
        }
        // So short that the reason is looked for between two refusals as well.
        open(builder -> builder, Duration.ofMillis(50));
        client.start();
        Event refusal = new Event.ConnectError(
                "ZooKeeper demands authentication, and accepts no credentials of this client", false);

        await().atMost(PATIENCE).until(() -> events.contains(refusal));
        events.clear();
        await().atMost(PATIENCE)
                .until(() -> events.stream().filter(refusal::equals).count() >= 40);
        assertThat(events)
                .as("one story: nothing else, and no connection that is lost at once")
                .allMatch(event -> event.equals(refusal) || event instanceof Event.Disconnected);

        connection.close();
        client.close();
        events.clear();
        open(builder -> builder.authorization("digest", "a:b".getBytes(UTF_8)));
        client.start();
        awaitConnected();
    }

    /** Before 3.4, servers drop transactions, which they do not know, and answer reads all the same. */
    @Test
    void aServerThatAnswersNoTransactionIsNoConnection() {
        open(builder -> builder.zookeeperFactory((connectString, timeout, watcher, readOnly) ->
                new ZooKeeper(connectString, timeout, watcher, readOnly) {
                    @Override
                    public void multi(Iterable<Op> ops, MultiCallback callback, Object context) {
                        // Dropped.
                    }
                }));
        client.start();

        await().atMost(PATIENCE)
                .until(() -> events.contains(new Event.ConnectError(
                        network.connectString() + " does not serve this client: its log may say why", false)));
        assertThat(events).noneMatch(Event.Connected.class::isInstance);
    }

    /** It lost its quorum, and answers reads from data that others may have changed. */
    @Test
    void aServerInReadOnlyModeIsNoConnection() {
        AtomicBoolean readOnlyMode = new AtomicBoolean();
        open(builder -> builder.zookeeperFactory((connectString, timeout, watcher, readOnly) ->
                new ZooKeeper(connectString, timeout, watcher, readOnly) {
                    @Override
                    public States getState() {
                        States state = super.getState();
                        return readOnlyMode.get() && state == States.CONNECTED ? States.CONNECTEDREADONLY : state;
                    }
                }));
        client.start();
        Event.Connected connected = awaitConnected();
        readOnlyMode.set(true);
        events.clear();

        network.dropConnections();

        await().atMost(PATIENCE).until(() -> events.stream().anyMatch(Event.ConnectError.class::isInstance));
        assertThat(events).noneMatch(Event.Connected.class::isInstance);
        readOnlyMode.set(false);
        assertThat(awaitConnected()).isEqualTo(connected);
    }

    @Test
    void aMissingChrootIsNamedUntilItIsThereAlsoToAnObserver() throws Exception {
        open(builder -> builder.connectString(network.connectString() + "/some/app"));
        client.start();
        await().atMost(PATIENCE)
                .until(() -> events.contains(
                        new Event.ConnectError("the chroot /some/app of the connect string does not exist", false)));
        assertThat(events).noneMatch(Event.Connected.class::isInstance);

        try (RawClient person = new RawClient(server.connectString())) {
            person.create("/some", null, TestElection.OPEN, CreateMode.PERSISTENT);
            person.create("/some/app", null, TestElection.OPEN, CreateMode.PERSISTENT);
        }
        awaitConnected();
    }

    /** A JVM that gets no more threads throws an Error, and may get one later. */
    @Test
    void anErrorWhileAHandleIsMadeIsReportedAndTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        AtomicReference<Error> failure = new AtomicReference<>();
        ZookeeperFactory real = new DefaultZookeeperFactory();
        open(builder -> builder.zookeeperFactory((connectString, timeout, watcher, readOnly) -> {
            attempts.incrementAndGet();
            Error error = failure.get();
            if (error != null) {
                throw error;
            }
            return real.newZooKeeper(connectString, timeout, watcher, readOnly);
        }));
        client.start();
        Event.Connected connected = awaitConnected();
        failure.set(new OutOfMemoryError("unable to create native thread"));
        events.clear();
        int before = attempts.get();

        server.expire(connected.session().id());

        Event error = new Event.ConnectError(
                "the ZooKeeper client cannot be made: java.lang.OutOfMemoryError: unable to create native thread",
                true);
        await().atMost(PATIENCE)
                .until(() -> events.stream().filter(error::equals).count() >= 2);
        assertThat(attempts.get()).isGreaterThan(before + 1);
        assertThat(events).noneMatch(Event.Connected.class::isInstance);

        failure.set(null);
        assertThat(awaitConnected().session().id())
                .isNotEqualTo(connected.session().id());
    }

    @Test
    void aRefusedAuthenticationIsReportedAndTriedAgain() {
        String property = ProviderRegistry.AUTHPROVIDER_PROPERTY_PREFIX + "badge";
        open(builder -> builder.authorization("badge", new byte[] {1}));
        client.start();
        Event error = new Event.ConnectError("ZooKeeper refuses this instance: authentication failed", false);
        await().atMost(PATIENCE).until(() -> events.contains(error));
        assertThat(events).anyMatch(Event.Disconnected.class::isInstance);

        try {
            System.setProperty(property, Badge.class.getName());
            ProviderRegistry.addOrUpdateProvider(property);
            events.clear();
            awaitConnected();
        } finally {
            System.clearProperty(property);
            ProviderRegistry.removeProvider("badge");
        }
    }

    @Test
    void nothingIsReportedAfterItIsClosed() {
        open(builder -> builder);
        client.start();
        awaitConnected();

        connection.close();
        events.clear();
        network.dropConnections();

        await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(events::isEmpty);
    }

    @Test
    void aClientThatIsClosedIsReported() {
        open(builder -> builder);
        client.start();
        awaitConnected();
        events.clear();

        client.close();

        await().atMost(PATIENCE).until(() -> events.stream().anyMatch(Event.Disconnected.class::isInstance));
        await().atMost(PATIENCE)
                .until(() -> events.contains(new Event.ConnectError("the Curator client is not started", false)));
    }

    private void open(UnaryOperator<CuratorFrameworkFactory.Builder> settings) {
        open(settings, RETRY);
    }

    private void open(UnaryOperator<CuratorFrameworkFactory.Builder> settings, Duration retry) {
        create(settings);
        open(retry);
    }

    private void create(UnaryOperator<CuratorFrameworkFactory.Builder> settings) {
        client = settings.apply(Participant.client(network.connectString())).build();
    }

    private void open(Duration retry) {
        Consumer<Event> adding = events::add;
        consumer = new WeakReference<>(adding);
        connection = new ClientConnection(
                client, new Paths("/master"), TestElection.OPEN, TestElection.SESSION, () -> null, adding, retry);
        connection.open();
    }

    private static void block(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private Event.Connected awaitConnected() {
        return await().atMost(PATIENCE)
                .until(
                        () -> events.stream()
                                .filter(Event.Connected.class::isInstance)
                                .map(Event.Connected.class::cast)
                                .reduce((first, last) -> last)
                                .orElse(null),
                        connected -> connected != null);
    }

    /** Accepts every client. */
    public static final class Badge implements AuthenticationProvider {

        @Override
        public String getScheme() {
            return "badge";
        }

        @Override
        public Code handleAuthentication(ServerCnxn cnxn, byte[] data) {
            return Code.OK;
        }

        @Override
        public boolean matches(String id, String acl) {
            return false;
        }

        @Override
        public boolean isAuthenticated() {
            return true;
        }

        @Override
        public boolean isValid(String id) {
            return false;
        }
    }
}
