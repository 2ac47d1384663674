package io.masterlatch.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.masterlatch.autoconfigure.MisconfigurationException;
import io.masterlatch.testing.CertificateAuthority;
import io.masterlatch.testing.CertificateAuthority.Certified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.mock.env.MockEnvironment;

/** Which certificates end the start, and with which words. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificatesTests {

    private static final String MISSING = "'/nonexistent': there is no such file.";

    private Certified own;

    @BeforeAll
    void certify() {
        own = new CertificateAuthority().certify("master1", "ip:127.0.0.1");
    }

    @Test
    void noneIsNeeded() {
        Certificates.check(environment());
        Certificates.check(environment("server.ssl.enabled=false", "server.ssl.certificate=/nonexistent"));
    }

    @Test
    void whatIsThereAndFitsIsTaken() {
        Certificates.check(environment(
                "server.ssl.bundle=web",
                "spring.ssl.bundle.pem.web.keystore.certificate=" + own.certificate(),
                "spring.ssl.bundle.pem.web.keystore.private-key=" + own.key(),
                "spring.ssl.bundle.pem.trust.truststore.certificate=" + own.certificate(),
                "management.server.ssl.key-store=" + own.keyStore(),
                "management.server.ssl.key-store-password=" + CertificateAuthority.PASSWORD));
    }

    @ParameterizedTest
    @CsvSource({
        "server.ssl, certificate",
        "server.ssl, certificate-private-key",
        "server.ssl, trust-certificate",
        "server.ssl, trust-store",
        "management.server.ssl, certificate",
        "management.server.ssl, key-store",
        "spring.ssl.bundle.pem.web, keystore.certificate",
        "spring.ssl.bundle.pem.web, keystore.private-key",
        "spring.ssl.bundle.pem.web, truststore.certificate",
        "spring.ssl.bundle.jks.web, keystore.location",
        "spring.ssl.bundle.jks.web, truststore.location"
    })
    void aFileThatIsMissingIsNamedBelowItsSetting(String setting, String file) {
        String[] rest = file.equals("trust-store")
                ? new String[] {"server.ssl.key-store=" + own.keyStore(), "server.ssl.key-store-password=changeit"}
                : file.startsWith("certificate") || file.startsWith("trust-")
                        ? new String[] {
                            setting + ".certificate=" + own.certificate(),
                            setting + ".certificate-private-key=" + own.key()
                        }
                        : file.startsWith("keystore.") && setting.contains(".pem.")
                                ? new String[] {
                                    setting + ".keystore.certificate=" + own.certificate(),
                                    setting + ".keystore.private-key=" + own.key()
                                }
                                : new String[0];
        MockEnvironment environment = environment(rest);
        environment.setProperty(setting + "." + file, "/nonexistent");

        assertThatExceptionOfType(MisconfigurationException.class)
                .isThrownBy(() -> Certificates.check(environment))
                .satisfies(failure -> {
                    assertThat(failure.analysis().getDescription())
                            .startsWith("The certificates of " + setting + " cannot be used: ")
                            .endsWith(MISSING);
                    assertThat(failure.analysis().getAction()).contains(setting);
                });
    }

    @Test
    void aWrongPasswordIsNoMissingFileAndIsNotShown() {
        assertRefused(
                "keystore password was incorrect.",
                "server.ssl.key-store=" + own.keyStore(),
                "server.ssl.key-store-password=hush");
    }

    @Test
    void aFileThatIsNoCertificateIsRefused(@TempDir Path directory) throws IOException {
        assertRefused(
                "Missing certificates or unrecognized format.",
                "server.ssl.certificate=" + Files.writeString(directory.resolve("a.pem"), "none"),
                "server.ssl.certificate-private-key=" + own.key());
    }

    @ParameterizedTest
    @CsvSource({
        "server.ssl, certificate, certificate-private-key",
        "management.server.ssl, certificate, certificate-private-key",
        "spring.ssl.bundle.pem.web, keystore.certificate, keystore.private-key"
    })
    void aKeyOfAnotherCertificateIsRefused(String setting, String certificate, String key) {
        Certified other = new CertificateAuthority().certify("master2", "ip:127.0.0.1");
        MockEnvironment environment = environment(
                setting + "." + certificate + "=" + own.certificate(), setting + "." + key + "=" + other.key());

        assertThatExceptionOfType(MisconfigurationException.class)
                .isThrownBy(() -> Certificates.check(environment))
                .satisfies(failure -> assertThat(failure.analysis().getDescription())
                        .isEqualTo("The certificates of " + setting + " cannot be used: Private key in keystore matches"
                                + " none of the certificates in the chain."));
    }

    @Test
    void aBundleThatDoesNotExistIsNamed() {
        assertRefused("SSL bundle name 'nowhere' cannot be found.", "server.ssl.bundle=nowhere");
    }

    private static void assertRefused(String end, String... settings) {
        assertThatExceptionOfType(MisconfigurationException.class)
                .isThrownBy(() -> Certificates.check(environment(settings)))
                .satisfies(failure -> assertThat(failure.analysis().getDescription())
                        .startsWith("The certificates of server.ssl cannot be used: ")
                        .endsWith(end)
                        .doesNotContain("hush"));
    }

    private static MockEnvironment environment(String... settings) {
        MockEnvironment environment = new MockEnvironment();
        List.of(settings)
                .forEach(setting -> environment.setProperty(
                        setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1)));
        ConfigurationPropertySources.attach(environment);
        return environment;
    }
}
