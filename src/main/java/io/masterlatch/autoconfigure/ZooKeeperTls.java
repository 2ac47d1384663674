package io.masterlatch.autoconfigure;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** TLS of the client by an SSL bundle, or none. The next connection uses a renewed bundle. */
final class ZooKeeperTls implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(ZooKeeperTls.class);

    private final @Nullable TlsFiles files;

    private ZooKeeperTls(@Nullable TlsFiles files) {
        this.files = files;
    }

    /** Returns an object without TLS. */
    static ZooKeeperTls none() {
        return new ZooKeeperTls(null);
    }

    /**
     * Returns TLS with a bundle.
     *
     * @throws MisconfigurationException when there is no such bundle, or it cannot be used
     */
    static ZooKeeperTls open(ZooKeeperProperties.Ssl settings, SslBundles bundles) {
        String name = settings.bundle();
        try {
            TlsFiles files = new TlsFiles(bundles.getBundle(name));
            bundles.addBundleUpdateHandler(name, renewed -> renew(name, renewed, files));
            return new ZooKeeperTls(files);
        } catch (NoSuchSslBundleException ex) {
            String known = String.join(", ", bundles.getBundleNames());
            throw new MisconfigurationException(
                    "masterlatch.zookeeper.ssl.bundle is \"%s\", and there is no such bundle.".formatted(name),
                    "Describe it below spring.ssl.bundle.pem.%s or spring.ssl.bundle.jks.%s%s."
                            .formatted(
                                    name,
                                    name,
                                    known.isEmpty() ? "" : ", or name one of those that there are: " + known),
                    ex);
        } catch (GeneralSecurityException | IOException | RuntimeException ex) {
            throw new MisconfigurationException(
                    "The SSL bundle \"%s\", which masterlatch.zookeeper.ssl.bundle names, cannot be used: %s."
                            .formatted(name, TlsDiagnosis.words(ex)),
                    "Correct what is set for it below spring.ssl.bundle, or the files that are named there.",
                    ex);
        }
    }

    private static void renew(String name, SslBundle renewed, TlsFiles files) {
        try {
            files.renew(renewed);
            logger.info("The SSL bundle {} is renewed; the next connection to ZooKeeper uses it", name);
        } catch (GeneralSecurityException | IOException | RuntimeException ex) {
            logger.warn(
                    "The SSL bundle {} was changed and cannot be used; connections to ZooKeeper use the former: {}",
                    name,
                    TlsDiagnosis.words(ex));
        }
    }

    /** Returns what finds out why TLS with servers fails. It returns null when TLS works, or is not used. */
    Supplier<@Nullable String> diagnosis(String hosts) {
        return files == null ? () -> null : new TlsDiagnosis(hosts, files);
    }

    /** Returns the settings of ZooKeeper's client. */
    ZKClientConfig clientConfig() {
        return files == null ? new ZKClientConfig() : files.clientConfig();
    }

    @Override
    public void close() {
        if (files != null) {
            files.close();
        }
    }
}
