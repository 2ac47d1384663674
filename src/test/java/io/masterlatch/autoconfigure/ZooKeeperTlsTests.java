package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.masterlatch.testing.CertificateAuthority;
import io.masterlatch.testing.CertificateAuthority.Certified;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Objects;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

@ExtendWith(OutputCaptureExtension.class)
class ZooKeeperTlsTests {

    private static CertificateAuthority authority;
    private static Certified one;
    private static Certified two;

    private final ZooKeeperProperties.Ssl settings = new ZooKeeperProperties.Ssl("zk");
    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("zk", bundle(one, one.key()));

    @BeforeAll
    static void certify() {
        authority = new CertificateAuthority();
        one = authority.certify("one", "dns:one");
        two = authority.certify("two", "dns:two");
    }

    @Test
    void filesThatWereRemovedAreWrittenAnewForTheNextAttempt(CapturedOutput output) throws Exception {
        try (ZooKeeperTls tls = ZooKeeperTls.open(settings, bundles)) {
            ZKClientConfig config = tls.clientConfig();
            Path keys = keyStore(config);
            Path trusted = trustStore(config);
            Files.delete(keys);
            Files.delete(trusted);

            assertThat(owner(config)).isEqualTo("one");
            assertThat(trustStore(config)).isRegularFile();
            assertThat(trustStore(config).getParent())
                    .isEqualTo(keyStore(config).getParent());
            assertThat(keyStore(config).getParent()).isNotEqualTo(keys.getParent());
            assertThat(keys.getParent()).doesNotExist();
            assertThat(output.getAll().lines().filter(line -> line.contains("written anew")))
                    .hasSize(1);
        }
    }

    @Test
    void aDirectoryThatWasRemovedIsMadeAnewAndOnlyForThisUser() throws Exception {
        Path made;
        try (ZooKeeperTls tls = ZooKeeperTls.open(settings, bundles)) {
            ZKClientConfig config = tls.clientConfig();
            FileSystemUtils.deleteRecursively(keyStore(config).getParent());

            assertThat(owner(config)).isEqualTo("one");
            made = keyStore(config).getParent();
            assumeThat(made.getFileSystem().supportedFileAttributeViews()).contains("posix");
            assertThat(Files.getPosixFilePermissions(made)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(made).doesNotExist();
    }

    @Test
    void aBundleThatThereIsNotIsNamed() {
        assertThatExceptionOfType(FailureAnalyzedException.class)
                .isThrownBy(() -> ZooKeeperTls.open(new ZooKeeperProperties.Ssl("nowhere"), bundles))
                .withMessageContaining("masterlatch.zookeeper.ssl.bundle is \"nowhere\", and there is no such bundle");
    }

    @Test
    void aKeyThatDoesNotBelongToItsCertificateIsRefused() {
        bundles.updateBundle("zk", bundle(one, two.key()));

        assertRefused("the private key does not belong to the certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "Ed25519"})
    void aKeyOfAnotherKindThanItsCertificateIsRefused(String algorithm) throws Exception {
        byte[] key = KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        Path pem = Files.writeString(
                one.key().resolveSibling(algorithm + ".key"),
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
        bundles.updateBundle("zk", bundle(one, pem));

        assertRefused("the private key does not belong to the certificate");
    }

    private void assertRefused(String reason) {
        assertThatExceptionOfType(FailureAnalyzedException.class)
                .isThrownBy(() -> ZooKeeperTls.open(settings, bundles))
                .withMessageContaining(
                        "The SSL bundle \"zk\", which masterlatch.zookeeper.ssl.bundle names, cannot be used: "
                                + reason);
    }

    @Test
    void aRenewedBundleIsUsedByTheNextAttempt(CapturedOutput output) throws Exception {
        try (ZooKeeperTls tls = ZooKeeperTls.open(settings, bundles)) {
            bundles.updateBundle("zk", bundle(two, two.key()));

            assertThat(owner(tls.clientConfig())).isEqualTo("two");
            assertThat(output).contains("The SSL bundle zk is renewed").doesNotContain("written anew");
        }
    }

    @Test
    void aRenewedKeyThatDoesNotBelongToItsCertificateLeavesTheFormerPair(CapturedOutput output) throws Exception {
        try (ZooKeeperTls tls = ZooKeeperTls.open(settings, bundles)) {
            bundles.updateBundle("zk", bundle(two, one.key()));

            assertThat(owner(tls.clientConfig())).isEqualTo("one");
            assertThat(output)
                    .contains("connections to ZooKeeper use the former: the private key does not belong to the"
                            + " certificate")
                    .doesNotContain("is renewed");
        }
    }

    @Test
    void aRenewedBundleThatCannotBeReadLeavesTheFormerPair(CapturedOutput output) throws Exception {
        try (ZooKeeperTls tls = ZooKeeperTls.open(settings, bundles)) {
            bundles.updateBundle("zk", bundle(two, two.key().resolveSibling("nowhere.key")));

            assertThat(owner(tls.clientConfig())).isEqualTo("one");
            assertThat(output).contains("cannot be used; connections to ZooKeeper use the former", "nowhere.key");
        }
    }

    private static SslBundle bundle(Certified certified, Path key) {
        return SslBundle.of(new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate(
                                certified.certificate().toUri().toString())
                        .withPrivateKey(key.toUri().toString()),
                PemSslStoreDetails.forCertificate(
                        authority.certificate().toUri().toString())));
    }

    private static Path keyStore(ZKClientConfig config) {
        try (ClientX509Util names = new ClientX509Util()) {
            return Path.of(config.getProperty(names.getSslKeystoreLocationProperty(), ""));
        }
    }

    private static Path trustStore(ZKClientConfig config) {
        try (ClientX509Util names = new ClientX509Util()) {
            return Path.of(config.getProperty(names.getSslTruststoreLocationProperty(), ""));
        }
    }

    /** Reads the key store as ZooKeeper's client does. */
    private static String owner(ZKClientConfig config) throws GeneralSecurityException, IOException {
        try (ClientX509Util names = new ClientX509Util();
                InputStream in = Files.newInputStream(keyStore(config))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(
                    in, config.getProperty(names.getSslKeystorePasswdProperty()).toCharArray());
            X509Certificate certificate =
                    (X509Certificate) store.getCertificate(store.aliases().nextElement());
            return Objects.requireNonNull(certificate.getSubjectX500Principal().getName())
                    .replaceAll(".*CN=(\\w+).*", "$1");
        }
    }
}
