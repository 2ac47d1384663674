package io.masterlatch.autoconfigure;

import io.masterlatch.election.MasterStore;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.net.ssl.SSLParameters;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * TLS to ZooKeeper by an SSL bundle, with the keys and certificates as they are at the time of each connection; or none. A client that
 * the application brings along is none of its business.
 */
final class ZooKeeperTls implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(ZooKeeperTls.class);

    // ZooKeeper's client alone would offer the newest only.
    private static final String PROTOCOLS = "TLSv1.3,TLSv1.2";

    private final @Nullable Secure secure;

    private ZooKeeperTls(@Nullable Secure secure) {
        this.secure = secure;
    }

    private record Secure(ZooKeeperProperties.Ssl settings, SslBundles bundles, SslOptions options, TlsFiles files) {}

    /** Returns plain connections. */
    static ZooKeeperTls none() {
        return new ZooKeeperTls(null);
    }

    /**
     * Prepares what is needed for a client of ZooKeeper.
     *
     * @throws FailureAnalyzedException when there is no such bundle, or it cannot be used
     */
    static ZooKeeperTls open(ZooKeeperProperties.Ssl settings, SslBundles bundles) {
        SslBundle bundle = bundle(settings, bundles);
        TlsFiles files = TlsFiles.create();
        try {
            bundle.createSslContext();
            write(bundle, files);
        } catch (GeneralSecurityException | IOException | RuntimeException ex) {
            files.close();
            throw unusable(settings, ex);
        }
        bundles.addBundleUpdateHandler(settings.bundle(), renewed -> renew(settings, renewed, files));
        return new ZooKeeperTls(new Secure(settings, bundles, bundle.getOptions(), files));
    }

    /** Returns a store that also finds out why a handshake fails; the same store without TLS. */
    MasterStore diagnosing(MasterStore store, String hosts) {
        if (secure == null) {
            return store;
        }
        SSLParameters parameters = new SSLParameters(secure.options.getCiphers(), secure.options.getEnabledProtocols());
        // That the server's certificate is for the host that was meant, as ZooKeeper's client checks too.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        String name = Objects.requireNonNull(secure.settings.bundle());
        Transport transport = new Transport(() -> secure.bundles.getBundle(name).createSslContext(), parameters);
        return new TlsDiagnosis(store, hosts, transport);
    }

    /** Makes the settings of ZooKeeper's client. */
    ZKClientConfig clientConfig() {
        if (secure == null) {
            return new ZKClientConfig();
        }
        ZKClientConfig config = secure.files.clientConfig();
        try (ClientX509Util names = new ClientX509Util()) {
            config.setProperty(
                    names.getSslEnabledProtocolsProperty(), list(secure.options.getEnabledProtocols(), PROTOCOLS));
            String ciphers = list(secure.options.getCiphers(), null);
            if (ciphers != null) {
                config.setProperty(names.getSslCipherSuitesProperty(), ciphers);
            }
        }
        return config;
    }

    private static @Nullable String list(String @Nullable [] values, @Nullable String otherwise) {
        return values == null ? otherwise : String.join(",", values);
    }

    private static void renew(ZooKeeperProperties.Ssl settings, SslBundle renewed, TlsFiles files) {
        try {
            write(renewed, files);
            logger.info("The SSL bundle {} is renewed; the next connection to ZooKeeper uses it", settings.bundle());
        } catch (GeneralSecurityException | IOException | RuntimeException ex) {
            logger.warn(
                    "The SSL bundle {} was changed and cannot be used; connections to ZooKeeper use the former: {}",
                    settings.bundle(),
                    ex.getMessage());
        }
    }

    private static void write(SslBundle bundle, TlsFiles files) throws GeneralSecurityException, IOException {
        String password = bundle.getKey().getPassword();
        if (password == null) {
            password = bundle.getStores().getKeyStorePassword();
        }
        files.write(
                bundle.getStores().getKeyStore(),
                password == null ? null : password.toCharArray(),
                bundle.getKey().getAlias(),
                bundle.getStores().getTrustStore());
    }

    private static SslBundle bundle(ZooKeeperProperties.Ssl settings, SslBundles bundles) {
        try {
            return bundles.getBundle(settings.bundle());
        } catch (NoSuchSslBundleException ex) {
            String known = String.join(", ", bundles.getBundleNames());
            throw new FailureAnalyzedException(
                    "masterlatch.zookeeper.ssl.bundle is \"%s\", and there is no such bundle."
                            .formatted(settings.bundle()),
                    "Describe it below spring.ssl.bundle.pem.%s or spring.ssl.bundle.jks.%s%s."
                            .formatted(
                                    settings.bundle(),
                                    settings.bundle(),
                                    known.isEmpty() ? "" : ", or name one of those that there are: " + known),
                    ex);
        }
    }

    private static FailureAnalyzedException unusable(ZooKeeperProperties.Ssl settings, Exception ex) {
        return new FailureAnalyzedException(
                "The SSL bundle \"%s\", which masterlatch.zookeeper.ssl.bundle names, cannot be used: %s."
                        .formatted(settings.bundle(), Transport.words(ex)),
                "Correct what is set for it below spring.ssl.bundle, or the files that are named there.",
                ex);
    }

    @Override
    public void close() {
        if (secure != null) {
            secure.files.close();
        }
    }
}
