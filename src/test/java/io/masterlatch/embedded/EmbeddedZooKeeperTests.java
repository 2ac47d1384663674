package io.masterlatch.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.Loopback;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class EmbeddedZooKeeperTests {

    @TempDir
    private Path directory;

    private static Set<Thread> threadsBefore;

    @BeforeAll
    static void rememberThreads() {
        threadsBefore = Thread.getAllStackTraces().keySet();
    }

    @AfterAll
    static void leavesNothingBehind() throws Exception {
        // Whatever is not ours here is the JVM's, the test framework's or a library's for good.
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> !threadsBefore.contains(thread))
                                .map(Thread::getName)
                                .filter(name -> !name.startsWith("junit") && !name.startsWith("awaitility"))
                                .filter(name -> !name.startsWith("ForkJoinPool-"))
                                .filter(name -> !name.equals("process reaper") && !name.startsWith("Common-Cleaner")))
                        .isEmpty());
        assertThat(ManagementFactory.getPlatformMBeanServer()
                        .queryNames(new ObjectName("org.apache.ZooKeeperService:*"), null))
                .isEmpty();
    }

    @Test
    void servesClientsOnTheLoopbackAddressOnly() throws Exception {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(0, directory);
                Client client = new Client(zooKeeper.connectString())) {
            assertThat(zooKeeper.connectString()).matches("127\\.0\\.0\\.1:[1-9]\\d*");
            client.handle().create("/master", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            assertThat(client.handle().getSessionTimeout()).isEqualTo(10_000);

            for (InetAddress other : otherAddresses()) {
                assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(other, port(zooKeeper)), 5000);
                    }
                });
            }
        }
    }

    private static List<InetAddress> otherAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
    }

    @Test
    void answersNoFourLetterWordButSrvr() throws Exception {
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(0, directory)) {
            FourLetterWord words = new FourLetterWord(port(zooKeeper));
            assertThat(words.ask("srvr")).contains("Mode: standalone");
            assertThat(words.ask("envi")).contains("not in the whitelist");
        }
    }

    @Test
    void theSecondJoinsTheFirst() throws Exception {
        int port = Loopback.freePort();
        try (EmbeddedZooKeeper first = EmbeddedZooKeeper.start(port, directory);
                Client client = new Client(first.connectString())) {
            try (EmbeddedZooKeeper second = EmbeddedZooKeeper.start(port, directory)) {
                assertThat(servers()).isEqualTo(1);
                assertThat(second.connectString()).isEqualTo(first.connectString());
            }
            assertThat(client.handle().exists("/zookeeper", false)).isNotNull();
        }
    }

    @Test
    void oneThatCannotRunTheServerOnSaysSo(CapturedOutput output) throws Exception {
        int port = Loopback.freePort();
        Path other = directory.resolve("other");
        try (EmbeddedZooKeeper first = EmbeddedZooKeeper.start(port, directory.resolve("first"));
                EmbeddedZooKeeper second = EmbeddedZooKeeper.start(port, other)) {
            assertThat(second.connectString()).isEqualTo(first.connectString());
            await().until(() -> output.getAll()
                    .contains("serves 127.0.0.1:" + port + " is not in " + other.toRealPath()
                            + ": this instance cannot continue that server"));
        }
    }

    @Test
    void ofSeveralThatStartAtOnceOneServes() throws Exception {
        int port = Loopback.freePort();
        assertOneServes(port, directory, directory, directory);
    }

    @Test
    void ofSeveralThatStartAtOnceInTheirOwnDirectoriesOneServes() throws Exception {
        int port = Loopback.freePort();
        assertOneServes(port, directory.resolve("a"), directory.resolve("b"), directory.resolve("c"));
    }

    private static void assertOneServes(int port, Path... directories) throws Exception {
        CyclicBarrier together = new CyclicBarrier(directories.length);
        ExecutorService executor = Executors.newFixedThreadPool(directories.length);
        List<EmbeddedZooKeeper> started = new ArrayList<>();
        try {
            List<Future<EmbeddedZooKeeper>> futures = Stream.of(directories)
                    .map(directory -> executor.submit(() -> {
                        together.await();
                        return EmbeddedZooKeeper.start(port, directory);
                    }))
                    .toList();
            for (Future<EmbeddedZooKeeper> future : futures) {
                started.add(future.get());
            }
            assertThat(servers()).isEqualTo(1);
            assertThat(started)
                    .extracting(EmbeddedZooKeeper::connectString)
                    .containsOnly(started.get(0).connectString());
        } finally {
            started.forEach(EmbeddedZooKeeper::close);
            executor.shutdownNow();
        }
    }

    @Test
    void keepsItsDataAndItsEpochsOverARestart() throws Exception {
        long before;
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(0, directory);
                Client client = new Client(zooKeeper.connectString())) {
            client.handle().create("/kept", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            before = client.handle().exists("/kept", false).getCzxid();
        }
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(0, directory);
                Client client = new Client(zooKeeper.connectString())) {
            assertThat(client.handle().exists("/kept", false)).isNotNull();
            client.handle().create("/new", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            assertThat(client.handle().exists("/new", false).getCzxid()).isGreaterThan(before);
        }
    }

    @Test
    void keepsItsDataOverAKill() throws Exception {
        int port = Loopback.freePort();
        try (EmbeddedZooKeeperProcess process = EmbeddedZooKeeperProcess.start(port, directory);
                Client client = new Client(process.connectString())) {
            client.handle().create("/kept", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            process.kill();
        }
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(port, directory);
                Client client = new Client(zooKeeper.connectString())) {
            assertThat(client.handle().exists("/kept", false)).isNotNull();
        }
    }

    @Test
    void runsTheServerOnWhenTheProcessThatRanItIsKilled() throws Exception {
        runsTheServerOnAfter(EmbeddedZooKeeperProcess::kill);
    }

    @Test
    void runsTheServerOnWhenTheProcessThatRanItEnds() throws Exception {
        runsTheServerOnAfter(EmbeddedZooKeeperProcess::end);
    }

    private void runsTheServerOnAfter(Ending ending) throws Exception {
        int port = Loopback.freePort();
        try (EmbeddedZooKeeperProcess process = EmbeddedZooKeeperProcess.start(port, directory);
                EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(port, directory);
                Client client = new Client(zooKeeper.connectString())) {
            client.handle().create("/mine", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            long session = client.handle().getSessionId();

            ending.happen(process);

            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(KeeperException.ConnectionLossException.class)
                    .untilAsserted(() -> assertThat(
                                    client.handle().exists("/mine", false).getEphemeralOwner())
                            .isEqualTo(session));
        }
    }

    private interface Ending {

        void happen(EmbeddedZooKeeperProcess process) throws InterruptedException;
    }

    @Test
    void closingOneThatJoinedEndsItsWaiting() throws Exception {
        int port = Loopback.freePort();
        try (EmbeddedZooKeeperProcess process = EmbeddedZooKeeperProcess.start(port, directory)) {
            EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(port, directory);
            zooKeeper.close();
            zooKeeper.close();
            await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("embedded-zookeeper-successor"));
            try (Client client = new Client(process.connectString())) {
                assertThat(client.handle().exists("/zookeeper", false)).isNotNull();
            }
        }
    }

    @Test
    void aPortThatAnswersSomethingElseIsRefused() throws Exception {
        try (ScriptedServer other = ScriptedServer.answering("HTTP/1.1 400 \r\n\r\n")) {
            assertPortRefused(other.port());
        }
    }

    @Test
    void aPortThatSaysNothingIsRefused() throws Exception {
        try (ScriptedServer other = ScriptedServer.silent()) {
            assertPortRefused(other.port());
        }
    }

    @Test
    void theServerOfAnotherProcessIsWaitedForUntilItServes() throws Exception {
        int port = Loopback.freePort();
        DataDirectory data = DataDirectory.open(directory, port);
        assertThat(data.tryLock()).isTrue();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<EmbeddedZooKeeper> joining = thread.submit(() -> EmbeddedZooKeeper.start(port, directory));
            await().during(Duration.ofMillis(500)).until(() -> !joining.isDone());

            try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(port, directory.resolve("elsewhere"));
                    EmbeddedZooKeeper joined = joining.get()) {
                assertThat(joined.connectString()).isEqualTo(server.connectString());
            }
        } finally {
            thread.shutdown();
            data.unlock();
        }
    }

    @Test
    void aPortThatIsBoundButDoesNotListenIsRefused() throws Exception {
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertPortRefused(bound.getLocalPort());
        }
    }

    private void assertPortRefused(int port) {
        assertThatExceptionOfType(FailureAnalyzedException.class)
                .isThrownBy(() -> EmbeddedZooKeeper.start(port, directory.resolve("data")))
                .withMessageContaining("port " + port)
                .withMessageContaining("masterlatch.zookeeper.embedded.port")
                .satisfies(ex -> assertThat(ex.analysis().getAction())
                        .contains("masterlatch.zookeeper.embedded.port")
                        .contains("masterlatch.zookeeper.connect-string"));
    }

    @Test
    void aDirectoryOfAnotherServerInThisProcessIsRefused() throws Exception {
        try (EmbeddedZooKeeper first = EmbeddedZooKeeper.start(0, directory)) {
            assertDirectoryRefused(0, directory, "is in use by another embedded ZooKeeper");
            new FourLetterWord(port(first)).ask("srvr");
        }
    }

    @Test
    void aDirectoryOfAnotherProcessIsRefused() throws Exception {
        try (EmbeddedZooKeeperProcess process = EmbeddedZooKeeperProcess.start(0, directory)) {
            assertDirectoryRefused(0, directory, "is in use by another embedded ZooKeeper");
            assertThat(process.connectString()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void theDefaultDirectoryOfAnotherUserIsRefused() throws Exception {
        int port = Loopback.freePort();
        Path link = Path.of(System.getProperty("java.io.tmpdir"))
                .resolve("masterlatch-zookeeper-" + System.getProperty("user.name") + "-" + port);
        Files.createSymbolicLink(link, directory);
        try {
            assertThatExceptionOfType(FailureAnalyzedException.class)
                    .isThrownBy(() -> EmbeddedZooKeeper.start(port, null))
                    .withMessageContaining(link + " (masterlatch.zookeeper.embedded.data-directory)")
                    .withMessageContaining("belongs to another user or is not a directory");
            assertThat(directory).isEmptyDirectory();
        } finally {
            Files.delete(link);
        }
    }

    @Test
    void theDefaultDirectoryIsOnlyForItsUser() throws Exception {
        int port = Loopback.freePort();
        DataDirectory data = DataDirectory.open(null, port);
        try {
            assertThat(data.path().getFileName().toString()).endsWith("-" + port);
            assertThat(Files.getPosixFilePermissions(data.path()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(DataDirectory.open(null, port).path()).isEqualTo(data.path());
        } finally {
            Files.delete(data.path());
        }
    }

    /** Two instances that start together both find that there is none, and both create it. */
    @Test
    void theDefaultDirectoryMayBeCreatedByTwoAtOnce() throws Exception {
        int port = Loopback.freePort();
        CyclicBarrier barrier = new CyclicBarrier(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (int time = 0; time < 200; time++) {
                Future<DataDirectory> second = other.submit(() -> {
                    barrier.await();
                    return DataDirectory.open(null, port);
                });
                barrier.await();
                Path first = DataDirectory.open(null, port).path();
                assertThat(second.get().path()).isEqualTo(first);
                Files.delete(first);
            }
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void aFileIsRefusedAsDirectory() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertDirectoryRefused(0, file, file + " is not a directory");
        assertDirectoryRefused(0, file.resolve("below"), "cannot be created or read");
    }

    @Test
    void aDirectoryWithSomethingElseIsRefusedAndLeftAlone() throws Exception {
        Files.createFile(directory.resolve("thesis.tex"));
        assertDirectoryRefused(0, directory, "thesis.tex");
        assertThat(directory).isDirectoryNotContaining("glob:**{version-2,masterlatch.*}");
    }

    @Test
    void theDataOfAnyOtherZooKeeperIsRefusedAndLeftAlone() throws Exception {
        Files.createDirectory(directory.resolve("version-2"));
        assertDirectoryRefused(0, directory, "version-2");
        assertThat(directory.resolve("version-2")).isEmptyDirectory();
    }

    @Test
    void dataThatCannotBeReadIsRefused() throws Exception {
        EmbeddedZooKeeper.start(0, directory).close();
        Path data = directory.resolve("version-2");
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.toList()) {
                Files.writeString(file, "this is no snapshot");
            }
        }
        Files.writeString(data.resolve("log.1"), "and this is no log", StandardCharsets.US_ASCII);

        assertDirectoryRefused(0, directory, "cannot start from the data in " + directory.toRealPath());
    }

    private static void assertDirectoryRefused(int port, Path directory, String reason) {
        assertThatExceptionOfType(FailureAnalyzedException.class)
                .isThrownBy(() -> EmbeddedZooKeeper.start(port, directory))
                .withMessageContaining(directory.toString())
                .withMessageContaining("masterlatch.zookeeper.embedded.data-directory")
                .withMessageContaining(reason)
                .satisfies(ex -> assertThat(ex.analysis().getAction())
                        .contains("masterlatch.zookeeper.embedded.data-directory"));
    }

    @Test
    void aFailedStartCanBeTriedAgain() throws Exception {
        int port;
        try (ScriptedServer other = ScriptedServer.answering("HTTP/1.1 400 \r\n\r\n")) {
            port = other.port();
            assertPortRefused(port);
        }
        EmbeddedZooKeeper.start(port, directory.resolve("data")).close();
    }

    @Test
    void withoutADirectoryAndPortTheOneInTheTemporaryDirectoryIsRemoved(CapturedOutput output) {
        Path data;
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(0, null)) {
            String line = zooKeeper.connectString() + ", its data in ";
            int start = output.getAll().indexOf(line) + line.length();
            data = Path.of(output.getAll().substring(start, output.getAll().indexOf(':', start)));
            assertThat(data.getFileName().toString()).startsWith("masterlatch-zookeeper-");
            assertThat(data.resolve("version-2")).isDirectory();
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void anInterruptEndsTheStart() throws Exception {
        try (ScriptedServer silent = ScriptedServer.hangingUp()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(FailureAnalyzedException.class)
                    .isThrownBy(() -> EmbeddedZooKeeper.start(silent.port(), directory))
                    .withMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static int port(EmbeddedZooKeeper zooKeeper) {
        return Integer.parseInt(zooKeeper.connectString().split(":")[1]);
    }

    private static long servers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("embedded-zookeeper"))
                .count();
    }
}
