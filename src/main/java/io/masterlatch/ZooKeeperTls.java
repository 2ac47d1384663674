package io.masterlatch;

import io.masterlatch.zookeeper.TlsFiles;
import io.masterlatch.zookeeper.Transport;
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

/** Takes the keys and certificates for ZooKeeper from an SSL bundle, as it is at the time of each connection. */
final class ZooKeeperTls implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(ZooKeeperTls.class);

    // ZooKeeper's client alone would offer the newest only.
    private static final String PROTOCOLS = "TLSv1.3,TLSv1.2";

    private final ZooKeeperProperties.Ssl settings;
    private final SslBundles bundles;
    private final SslOptions options;
    private final TlsFiles files;

    private ZooKeeperTls(ZooKeeperProperties.Ssl settings, SslBundles bundles) {
        this.settings = settings;
        this.bundles = bundles;
        this.options = bundle(settings, bundles).getOptions();
        this.files = TlsFiles.create();
    }

    /**
     * Prepares what is needed for a client of ZooKeeper.
     *
     * @throws FailureAnalyzedException when there is no such bundle, or it cannot be used
     */
    static ZooKeeperTls open(ZooKeeperProperties.Ssl settings, SslBundles bundles) {
        ZooKeeperTls tls = new ZooKeeperTls(settings, bundles);
        try {
            tls.write(bundle(settings, bundles));
        } catch (GeneralSecurityException | IOException | RuntimeException unusable) {
            tls.close();
            throw unusable(settings, unusable);
        }
        bundles.addBundleUpdateHandler(settings.bundle(), tls::renew);
        return tls;
    }

    /**
     * Returns a transport for connections without ZooKeeper's client.
     *
     * @throws FailureAnalyzedException when there is no such bundle, or it cannot be used
     */
    static Transport transport(ZooKeeperProperties.Ssl settings, SslBundles bundles) {
        String name = Objects.requireNonNull(settings.bundle());
        SslOptions options = bundle(settings, bundles).getOptions();
        try {
            bundles.getBundle(name).createSslContext();
        } catch (RuntimeException unusable) {
            throw unusable(settings, unusable);
        }
        SSLParameters parameters = new SSLParameters(options.getCiphers(), options.getEnabledProtocols());
        // That the server's certificate is for the host that was meant, as ZooKeeper's client checks too.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return new Transport(() -> bundles.getBundle(name).createSslContext(), parameters);
    }

    /** Makes the settings of ZooKeeper's client. */
    ZKClientConfig clientConfig() {
        ZKClientConfig config = files.clientConfig();
        try (ClientX509Util names = new ClientX509Util()) {
            config.setProperty(names.getSslEnabledProtocolsProperty(), list(options.getEnabledProtocols(), PROTOCOLS));
            String ciphers = list(options.getCiphers(), null);
            if (ciphers != null) {
                config.setProperty(names.getSslCipherSuitesProperty(), ciphers);
            }
        }
        return config;
    }

    private static @Nullable String list(String @Nullable [] values, @Nullable String otherwise) {
        return values == null ? otherwise : String.join(",", values);
    }

    private void renew(SslBundle renewed) {
        try {
            write(renewed);
            logger.info("The SSL bundle {} is renewed; the next connection to ZooKeeper uses it", settings.bundle());
        } catch (GeneralSecurityException | IOException | RuntimeException unusable) {
            logger.warn(
                    "The SSL bundle {} was changed and cannot be used; connections to ZooKeeper use the former: {}",
                    settings.bundle(),
                    unusable.getMessage());
        }
    }

    private void write(SslBundle bundle) throws GeneralSecurityException, IOException {
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
        } catch (NoSuchSslBundleException unknown) {
            String known = String.join(", ", bundles.getBundleNames());
            throw new FailureAnalyzedException(
                    "zookeeper.ssl.bundle is \"%s\", and there is no such bundle.".formatted(settings.bundle()),
                    "Describe it below spring.ssl.bundle.pem.%s or spring.ssl.bundle.jks.%s%s."
                            .formatted(
                                    settings.bundle(),
                                    settings.bundle(),
                                    known.isEmpty() ? "" : ", or name one of those that there are: " + known),
                    unknown);
        }
    }

    private static FailureAnalyzedException unusable(ZooKeeperProperties.Ssl settings, Exception unusable) {
        return new FailureAnalyzedException(
                "The SSL bundle \"%s\", which zookeeper.ssl.bundle names, cannot be used: %s."
                        .formatted(settings.bundle(), Transport.words(unusable)),
                "Correct what is set for it below spring.ssl.bundle, or the files that are named there.",
                unusable);
    }

    @Override
    public void close() {
        files.close();
    }
}
