package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.CertificateAuthority;
import io.masterlatch.testing.CertificateAuthority.Certified;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** The built jar and a ZooKeeper that speaks TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PEM = "spring.ssl.bundle.pem.zk.";
    private static final String JKS = "spring.ssl.bundle.jks.zk.";

    private final CertificateAuthority authority = new CertificateAuthority();
    private final CertificateAuthority stranger = new CertificateAuthority();
    private final Certified client = authority.certify("client", "dns:client");
    private final ZooKeeperProcess strict = new ZooKeeperProcess("tls")
            .tls(authority, authority.certify("server", "ip:127.0.0.1").keyStore(), "need");
    private final ZooKeeperProcess misnamed = new ZooKeeperProcess("tls-misnamed")
            .tls(authority, authority.certify("other", "dns:zk1.example.com").keyStore(), "none");
    private Path temporary;
    private String path;
    private final List<ServiceProcess> instances = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path directory) {
        temporary = directory;
        strict.start().awaitServing();
        misnamed.start().awaitServing();
    }

    @BeforeEach
    void useAnElectionOfItsOwn(TestInfo test) {
        path = "/" + test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void stop() {
        instances.forEach(ServiceProcess::close);
        instances.clear();
    }

    @AfterAll
    void close() {
        strict.close();
        misnamed.close();
    }

    @Test
    void theKeysAndCertificatesMayBePemOrStores() {
        ServiceProcess one = start(withPem("pem", strict.secureConnectString())).awaitRole("MASTER", PATIENCE);
        ServiceProcess two =
                start(withStores("stores", strict.secureConnectString())).awaitRole("STANDBY", PATIENCE);

        one.terminate();
        two.awaitRole("MASTER", PATIENCE);

        assertThat(one.exitCode()).isEqualTo(143);
        assertCalm(one);
        assertCalm(two);
    }

    @Test
    void whatIsWrongWithTlsIsNamed() {
        Map<ServiceProcess, String> reasons = new LinkedHashMap<>();
        reasons.put(begin(trusting("nameless", strict.secureConnectString(), authority)), "certificate");
        reasons.put(
                begin(trusting("names", misnamed.secureConnectString(), authority)),
                "No subject alternative names matching IP address 127.0.0.1 found");
        reasons.put(
                begin(trusting("plain-port", strict.connectString(), authority)),
                "TLS with " + strict.connectString() + " fails");
        reasons.put(
                begin(instance("clear").property("masterlatch.zookeeper.connect-string", strict.secureConnectString())),
                "or one for TLS?");
        reasons.keySet().forEach(ServiceProcess::awaitUp);

        reasons.forEach(TlsIT::awaitReason);
        await("no reason is logged twice")
                .during(Duration.ofSeconds(3))
                .atMost(PATIENCE)
                .until(() -> reasons.entrySet().stream().allMatch(one -> count(one.getKey(), one.getValue()) == 1));
        reasons.keySet().forEach(TlsIT::assertCalm);
    }

    @Test
    void aNameWithSeveralAddressesIsWhatTheCertificateIsCheckedFor() throws IOException {
        Path hosts = Files.writeString(
                temporary.resolve("hosts"),
                "127.0.0.2 zk1.example.com\n127.0.0.1 zk1.example.com\n127.0.0.1 localhost\n");
        String server = misnamed.secureConnectString().replace("127.0.0.1", "zk1.example.com");

        start(trusting("several", server, authority).jvm("-Djdk.net.hosts.file=" + hosts))
                .awaitRole("MASTER", PATIENCE);
    }

    @Test
    void renewedCertificatesAreTakenWithoutARestart(@TempDir Path directory) throws IOException {
        Path trusted = directory.resolve("trusted.crt");
        Files.copy(stranger.certificate(), trusted);
        ServiceProcess one = start(instance("renewed")
                .property("masterlatch.zookeeper.connect-string", strict.secureConnectString())
                .property("masterlatch.zookeeper.ssl.bundle", "zk")
                .property(PEM + "reload-on-update", true)
                .property("spring.ssl.bundle.watch.file.quiet-period", "200ms")
                .property(PEM + "truststore.certificate", trusted)
                .property(PEM + "keystore.certificate", client.certificate())
                .property(PEM + "keystore.private-key", client.key()));
        awaitReason(one, "unable to find valid certification path");
        assertCalm(one);

        Files.copy(authority.certificate(), trusted, StandardCopyOption.REPLACE_EXISTING);

        one.awaitRole("MASTER", PATIENCE);
        assertThat(one.log()).contains("The SSL bundle zk is renewed");
    }

    @Test
    void filesThatACleanerRemovesAreWrittenAnew() throws IOException {
        ServiceProcess one =
                start(withPem("cleaned", strict.secureConnectString())).awaitRole("MASTER", PATIENCE);

        try (Stream<Path> entries = Files.list(temporary)) {
            for (Path entry : entries.filter(
                            path -> path.getFileName().toString().startsWith("masterlatch-tls-"))
                    .toList()) {
                FileSystemUtils.deleteRecursively(entry);
            }
        }
        strict.kill();
        one.awaitRole("UNKNOWN", PATIENCE);
        strict.start().awaitServing();

        one.awaitRole("MASTER", PATIENCE);
        assertThat(one.log().lines().filter(line -> line.contains("written anew")))
                .hasSize(1);
        assertCalm(one);
    }

    @Test
    void aKeyOfAnotherCertificateEndsTheStart() {
        ServiceProcess one = begin(trusting("foreign-key", strict.secureConnectString(), authority)
                .property(PEM + "keystore.certificate", client.certificate())
                .property(
                        PEM + "keystore.private-key",
                        authority.certify("other-client", "dns:client").key()));

        assertThat(one.exitCode()).isEqualTo(78);
        assertThat(one.log())
                .contains(
                        "The certificates of spring.ssl.bundle.pem.zk cannot be used: Private key in keystore matches none")
                .doesNotContain("\tat ");
    }

    private ServiceProcess start(ServiceBuilder instance) {
        return begin(instance).awaitUp();
    }

    private ServiceProcess begin(ServiceBuilder instance) {
        ServiceProcess started = instance.start();
        instances.add(started);
        return started;
    }

    private ServiceBuilder withPem(String name, String connectString) {
        return trusting(name, connectString, authority)
                .property(PEM + "keystore.certificate", client.certificate())
                .property(PEM + "keystore.private-key", client.key());
    }

    private ServiceBuilder withStores(String name, String connectString) {
        return instance(name)
                .property("masterlatch.zookeeper.connect-string", connectString)
                .property("masterlatch.zookeeper.ssl.bundle", "zk")
                .property(JKS + "keystore.location", client.keyStore())
                .property(JKS + "keystore.password", CertificateAuthority.PASSWORD)
                .property(JKS + "truststore.location", authority.trustStore())
                .property(JKS + "truststore.password", CertificateAuthority.PASSWORD);
    }

    private ServiceBuilder instance(String name) {
        return ServiceProcess.named(name)
                .loopbackAddress()
                .jvm("-Djava.io.tmpdir=" + temporary)
                .property("masterlatch.path", path);
    }

    private ServiceBuilder trusting(String name, String connectString, CertificateAuthority trusted) {
        return instance(name)
                .property("masterlatch.zookeeper.connect-string", connectString)
                .property("masterlatch.zookeeper.ssl.bundle", "zk")
                .property(PEM + "truststore.certificate", trusted.certificate());
    }

    /** Shown in health and in the log, and by 503. */
    private static void awaitReason(ServiceProcess instance, String reason) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(instance.get("/actuator/health").body()).contains(reason));
        assertThat(instance.get("/master").statusCode()).isEqualTo(503);
        await().atMost(PATIENCE).until(() -> instance.log().contains(reason));
    }

    private static long count(ServiceProcess instance, String reason) {
        return instance.log().lines().filter(line -> line.contains(reason)).count();
    }

    private static void assertCalm(ServiceProcess instance) {
        assertThat(instance.log()).doesNotContain("Exception", "\tat ", " ERROR ");
    }
}
