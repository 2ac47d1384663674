package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.masterlatch.testing.CertificateAuthority;
import io.masterlatch.testing.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

/** Calls over https, with the certificates that an SSL bundle trusts. */
class HttpsTests {

    private static final CertificateAuthority AUTHORITY = new CertificateAuthority();
    private static final CertificateAuthority STRANGER = new CertificateAuthority();
    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("ops", trusting(AUTHORITY));
    private static HttpsServer server;

    @BeforeAll
    static void start() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(Loopback.HOST, 0), 0);
        Path keys = AUTHORITY.certify("server", "ip:127.0.0.1").keyStore();
        server.setHttpsConfigurator(new HttpsConfigurator(bundle(keys, null).createSslContext()));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void theBundleIsTrustedAndNothingElse() throws Exception {
        assertThat(check(new HttpCaller(bundles, "ops")).problem()).isEmpty();
        assertThat(check(new HttpCaller()).problem().orElseThrow()).contains("unable to find valid certification path");
    }

    @Test
    void anUpdateOfTheBundleTakesEffect() throws Exception {
        UrlCheck check = check(new HttpCaller(bundles, "ops"));
        assertThat(check.problem()).isEmpty();

        bundles.updateBundle("ops", trusting(STRANGER));
        assertThat(check.problem().orElseThrow()).contains("unable to find valid certification path");

        bundles.updateBundle("ops", trusting(AUTHORITY));
        assertThat(check.problem()).isEmpty();
    }

    @Test
    void theFormerBundleStaysInUseWhenTheNewOneIsBroken() throws Exception {
        UrlCheck check = check(new HttpCaller(bundles, "ops"));

        bundles.updateBundle("ops", SslBundle.of(SslStoreBundle.NONE, null, null, "no such protocol"));

        assertThat(check.problem()).isEmpty();
    }

    @Test
    void anUnknownBundleIsRefused() {
        assertThatExceptionOfType(NoSuchSslBundleException.class).isThrownBy(() -> new HttpCaller(bundles, "nowhere"));
    }

    private UrlCheck check(HttpCaller caller) {
        String url = "https://" + Loopback.address(server.getAddress().getPort()) + "/";
        return new UrlCheck(caller, HttpTarget.of("url", url, null), Duration.ofSeconds(30));
    }

    private static SslBundle trusting(CertificateAuthority authority) {
        return bundle(null, authority.trustStore());
    }

    private static SslBundle bundle(@Nullable Path keys, @Nullable Path trusted) {
        return SslBundle.of(SslStoreBundle.of(load(keys), CertificateAuthority.PASSWORD, load(trusted)));
    }

    private static @Nullable KeyStore load(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, CertificateAuthority.PASSWORD.toCharArray());
            return store;
        } catch (IOException | GeneralSecurityException ex) {
            throw new IllegalStateException(ex);
        }
    }
}
