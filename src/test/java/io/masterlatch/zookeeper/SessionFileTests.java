package io.masterlatch.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.masterlatch.testing.FaultyProxy;
import io.masterlatch.testing.Loopback;
import io.masterlatch.zookeeper.SessionFile.Outcome;
import io.masterlatch.zookeeper.SessionFile.Release;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionFileTests {

    private EmbeddedZooKeeper zooKeeper;
    private String servers;
    private Path file;

    @BeforeAll
    void start() {
        zooKeeper = EmbeddedZooKeeper.start(0, null);
        servers = zooKeeper.connectString();
    }

    @AfterAll
    void stop() {
        zooKeeper.close();
    }

    @BeforeEach
    void name(@TempDir Path directory) {
        file = directory.resolve("session");
    }

    @Test
    void aNewFileIsForItsOwnerAlone() throws IOException {
        Path nested = file.resolveSibling("new").resolve("directory").resolve("session");

        SessionFile.open(nested).close();

        assertThat(permissions(nested)).isEqualTo("rw-------");
        assertThat(permissions(nested.getParent())).isEqualTo("rwx------");
        assertThat(nested).isEmptyFile();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
    void aFileThatOthersCanUseIsRefused(String permissions) throws IOException {
        SessionFile.open(file).close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatExceptionOfType(SessionFileException.class)
                .isThrownBy(() -> SessionFile.open(file))
                .withMessageContainingAll(file.toString(), "master.session-file", permissions)
                .satisfies(refused -> {
                    assertThat(refused.remedy()).contains("chmod 600");
                    assertThat(refused.inUse()).isFalse();
                });
    }

    @Test
    void aFileOfAnotherUserIsRefused() throws IOException {
        SessionFile.open(file).close();
        assumeTrue(givenAway(file), "only root can give a file away");

        assertThatExceptionOfType(SessionFileException.class)
                .isThrownBy(() -> SessionFile.open(file))
                .withMessageContaining("another user")
                .satisfies(refused -> assertThat(refused.remedy()).contains("nobody"));
    }

    private static boolean givenAway(Path path) throws IOException {
        try {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
            return true;
        } catch (FileSystemException notAllowed) {
            return false;
        }
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        Path real = file.resolveSibling("real");
        SessionFile.open(real).close();
        Files.createSymbolicLink(file, real);

        assertRefused("a symbolic link");
        Files.delete(real);
        assertRefused("a symbolic link");
        assertThat(real).doesNotExist();
    }

    @Test
    void aDirectoryIsRefused() throws IOException {
        Files.createDirectory(file);

        assertRefused("not a file");
    }

    @Test
    void aFileOfAnotherKindIsNotOverwritten() throws IOException {
        SessionFile.open(file).close();
        Files.writeString(file, "-----BEGIN PRIVATE KEY-----");

        assertRefused("holds something else");
        assertThat(file).hasContent("-----BEGIN PRIVATE KEY-----");
    }

    @Test
    void aPlaceWhereNoFileCanBeIsNamed() throws IOException {
        Path notDirectory = Files.createFile(file);
        file = notDirectory.resolve("session");

        assertRefused("cannot be created");
    }

    private void assertRefused(String why) {
        assertThatExceptionOfType(SessionFileException.class)
                .isThrownBy(() -> SessionFile.open(file))
                .withMessageContainingAll(file.toString(), why)
                .satisfies(refused -> assertThat(refused.inUse()).isFalse());
    }

    @Test
    void thisProcessUsesItOnlyOnce() throws Exception {
        try (SessionFile first = SessionFile.open(file)) {
            Path link = Files.createLink(file.resolveSibling("link"), file);
            assertThatThrownBy(() -> SessionFile.open(file)).hasMessageContaining("this very process");
            assertThatThrownBy(() -> SessionFile.find(link)).hasMessageContaining("this very process");

            assertThatThrownBy(() -> SessionFileHolder.start(file, servers, "/never"))
                    .as("still locked")
                    .hasMessageContaining("another process, which is alive");
            first.record(servers, null, 7, new byte[16], Duration.ofSeconds(10));
        }
        try (SessionFile second = SessionFile.open(file)) {
            assertThat(second.hasLeft()).isTrue();
        }
    }

    @Test
    void theSessionOfAProcessIsClosedWhenItIsDeadAndNotBefore() throws Exception {
        try (Client observer = new Client(servers);
                SessionFileHolder holder = SessionFileHolder.start(file, servers, "/held")) {
            assertThatExceptionOfType(SessionFileException.class)
                    .isThrownBy(() -> SessionFile.find(file))
                    .satisfies(refused -> assertThat(refused.inUse()).isTrue());
            assertThat(observer.handle().exists("/held", false)).isNotNull();

            holder.kill();
            Release release = release(servers);

            assertThat(release.outcome()).isEqualTo(Outcome.CLOSED);
            assertThat(release.message()).contains(file.toString(), servers);
            assertThat(observer.handle().exists("/held", false)).isNull();
            assertThat(file).isEmptyFile();
            assertThat(release(servers).outcome()).isEqualTo(Outcome.NONE);
        }
    }

    @Test
    void whatThisProcessRecordsItDoesNotClose() throws Exception {
        try (Client client = new Client(servers);
                SessionFile own = SessionFile.open(file)) {
            record(own, client.handle());

            assertThat(own.release(servers, Transport.PLAIN).outcome()).isEqualTo(Outcome.NONE);
            assertAlive(client);
        }
    }

    @Test
    void aSessionThatHasEndedIsForgotten() throws Exception {
        try (Client client = new Client(servers)) {
            leave(client.handle());
        }

        assertThat(release(null).outcome()).isEqualTo(Outcome.GONE);
        assertThat(file).isEmptyFile();
    }

    @Test
    void aWrongPasswordClosesNothing() throws Exception {
        try (Client client = new Client(servers)) {
            leave(client.handle());
            change(new SessionRecord(
                    servers,
                    null,
                    recorded().session(),
                    HexFormat.of().formatHex(new byte[16]),
                    10_000,
                    recorded().boot(),
                    recorded().file()));

            assertThat(release(servers).outcome()).isEqualTo(Outcome.GONE);
            assertAlive(client);
        }
    }

    @Test
    void aSessionFromBeforeTheMachinesStartIsLeftAlone() throws Exception {
        try (Client client = new Client(servers)) {
            leave(client.handle());
            SessionRecord old = recorded();
            change(new SessionRecord(servers, null, old.session(), old.password(), 10_000, "another", old.file()));

            assertIgnored("last start of this machine", servers);
            assertAlive(client);
        }
    }

    @Test
    void aCopyOfTheFileIsLeftAlone() throws Exception {
        try (Client client = new Client(servers)) {
            leave(client.handle());
            Path original = file;
            file = Files.copy(original, original.resolveSibling("copy"), StandardCopyOption.COPY_ATTRIBUTES);

            assertIgnored("a copy", servers);
            assertAlive(client);
        }
    }

    @Test
    void aSessionInAnotherEnsembleIsLeftAlone() throws Exception {
        try (Client client = new Client(servers)) {
            leave(client.handle());

            assertIgnored("another ensemble than zk1:2181,zk2:2181", "zk1:2181,zk2:2181");
            assertAlive(client);
        }
    }

    @Test
    void aDamagedFileIsIgnoredAndUsedAllTheSame() throws Exception {
        try (Client client = new Client(servers)) {
            leave(client.handle());
            byte[] good = Files.readAllBytes(file);
            for (int i = SessionRecord.MARK.length(); i < good.length; i++) {
                byte[] damaged = good.clone();
                damaged[i] ^= 1;
                Files.write(file, damaged);
                assertIgnored("damaged", servers);
            }
            for (int length = 1; length < good.length; length++) {
                Files.write(file, Arrays.copyOf(good, length));
                assertIgnored("damaged", servers);
                Files.write(file, new byte[length]);
                assertIgnored("damaged", servers);
            }
            assertAlive(client);

            leave(client.handle());
            assertThat(file).hasBinaryContent(good);
        }
    }

    @Test
    void aShorterRecordReplacesALongerOne() throws Exception {
        try (SessionFile written = SessionFile.open(file)) {
            written.record("zk1:2181,zk2:2181,zk3:2181", null, 7, new byte[16], Duration.ofSeconds(10));
            written.record("zk1:2181", null, 8, new byte[16], Duration.ofSeconds(10));
            assertThat(recorded().session()).isEqualTo(8);

            written.forget(7);
            assertThat(recorded().session()).isEqualTo(8);
            written.forget(8);
            assertThat(file).isEmptyFile();
        }
    }

    @Test
    void anotherServerIsAskedWhenOneDoesNotAnswer() throws Exception {
        try (Client client = new Client(servers);
                ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String nobody = Loopback.address(Loopback.freePort());
            try (SessionFile dead = SessionFile.open(file)) {
                dead.record(
                        nobody + ",127.0.0.1:" + silent.getLocalPort() + "," + servers,
                        null,
                        client.handle().getSessionId(),
                        client.handle().getSessionPasswd(),
                        Duration.ofSeconds(10));
            }

            assertThat(release(null).outcome()).isEqualTo(Outcome.CLOSED);
        }
    }

    @Test
    void whatCouldNotBeReachedIsTriedAgain() throws Exception {
        try (Client client = new Client(servers);
                FaultyProxy proxy = FaultyProxy.to(Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1)))) {
            try (SessionFile dead = SessionFile.open(file)) {
                dead.record(
                        proxy.connectString(),
                        null,
                        client.handle().getSessionId(),
                        client.handle().getSessionPasswd(),
                        Duration.ofSeconds(10));
            }
            proxy.blackHole();
            try (SessionFile taken = SessionFile.open(file)) {
                long begun = System.nanoTime();
                assertThat(taken.release(null, Transport.PLAIN).outcome()).isEqualTo(Outcome.UNREACHABLE);
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .isBetween(Duration.ofSeconds(1), SessionFile.PATIENCE.plusSeconds(2));
                taken.record(servers, null, 9, new byte[16], Duration.ofSeconds(10));

                proxy.restore();
                assertThat(taken.release(null, Transport.PLAIN).outcome()).isEqualTo(Outcome.CLOSED);

                assertThat(recorded().session()).as("recorded since").isEqualTo(9);
                assertThat(taken.hasLeft()).isFalse();
            }
        }
    }

    private void leave(ZooKeeper handle) {
        try (SessionFile dead = SessionFile.open(file)) {
            record(dead, handle);
        }
    }

    private void record(SessionFile into, ZooKeeper handle) {
        into.record(
                servers,
                null,
                handle.getSessionId(),
                handle.getSessionPasswd(),
                Duration.ofMillis(handle.getSessionTimeout()));
    }

    private SessionRecord recorded() throws IOException {
        return SessionRecord.parse(Files.readAllBytes(file)).orElseThrow();
    }

    private void change(SessionRecord record) throws IOException {
        Files.write(file, record.bytes());
    }

    private Release release(String configured) {
        try (SessionFile taken = SessionFile.find(file).orElseThrow()) {
            return taken.release(configured, Transport.PLAIN);
        }
    }

    private void assertIgnored(String why, String configured) {
        Release release = release(configured);
        assertThat(release.outcome()).isEqualTo(Outcome.IGNORED);
        assertThat(release.message()).contains(file.toString(), why);
    }

    private static void assertAlive(Client client) {
        long session = client.handle().getSessionId();
        // A server hangs up on whoever has a session that somebody else asks for, even with the wrong password.
        await().ignoreException(KeeperException.ConnectionLossException.class)
                .until(() -> client.handle().exists("/", false) != null);
        assertThat(client.handle().getSessionId()).isEqualTo(session);
    }
}
