package io.masterlatch.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.FileSystemUtils;

/**
 * The files from which ZooKeeper's client reads keys and certificates at each connection attempt.
 *
 * <p>The files are in a directory that only this user can read, under a password that is kept in memory. They are
 * written when the client asks for their location, so they may be removed at any time, for example by a cleaner of the
 * temporary directory.
 */
final class TlsFiles implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(TlsFiles.class);
    private static final int PASSWORD_BYTES = 24;

    // By default ZooKeeper's client offers only the newest.
    private static final String PROTOCOLS = "TLSv1.3,TLSv1.2";

    private final String password;
    private SslBundle bundle;
    private Map<String, byte[]> stores;
    private @Nullable Path directory;

    /**
     * Creates the files for a bundle.
     *
     * @throws GeneralSecurityException if the bundle cannot be used
     */
    TlsFiles(SslBundle bundle) throws GeneralSecurityException, IOException {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        this.password = HexFormat.of().formatHex(random);
        this.bundle = bundle;
        this.stores = read(bundle);
        write();
    }

    private Map<String, byte[]> read(SslBundle bundle) throws GeneralSecurityException, IOException {
        bundle.createSslContext();
        return TlsStores.of(bundle, password.toCharArray());
    }

    /** Sets the bundle for the next connection attempts. If it cannot be used, the former one stays in use. */
    void renew(SslBundle renewed) throws GeneralSecurityException, IOException {
        Map<String, byte[]> read = read(renewed);
        synchronized (this) {
            bundle = renewed;
            stores = read;
            close();
        }
    }

    /** Returns the bundle in use. */
    synchronized SslBundle bundle() {
        return bundle;
    }

    /** Returns the settings of a client that uses the files. */
    ZKClientConfig clientConfig() {
        try (ClientX509Util names = new ClientX509Util()) {
            ZKClientConfig config = new Located(Map.of(
                    names.getSslKeystoreLocationProperty(), TlsStores.KEYS,
                    names.getSslTruststoreLocationProperty(), TlsStores.TRUSTED));
            config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
            config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "ClientCnxnSocketNetty");
            config.setProperty(names.getSslKeystorePasswdProperty(), password);
            config.setProperty(names.getSslTruststorePasswdProperty(), password);
            SslOptions options = bundle().getOptions();
            config.setProperty(
                    names.getSslEnabledProtocolsProperty(),
                    options.getEnabledProtocols() == null
                            ? PROTOCOLS
                            : String.join(",", options.getEnabledProtocols()));
            if (options.getCiphers() != null) {
                config.setProperty(names.getSslCipherSuitesProperty(), String.join(",", options.getCiphers()));
            }
            return config;
        }
    }

    /** Settings that write the files when the client asks for their location. */
    private final class Located extends ZKClientConfig {

        private final Map<String, String> files;

        private Located(Map<String, String> files) {
            this.files = files;
        }

        @Override
        public String getProperty(String key, String otherwise) {
            String location = files == null || !files.containsKey(key) ? null : location(files.get(key));
            return location != null ? location : super.getProperty(key, otherwise);
        }
    }

    /**
     * Returns the path of a file, after writing all files if one is missing. Returns null if the bundle has no such
     * store.
     *
     * @throws UncheckedIOException if they cannot be written
     */
    synchronized @Nullable String location(String file) {
        if (!isComplete()) {
            write();
        }
        return stores.containsKey(file) ? directory.resolve(file).toString() : null;
    }

    private boolean isComplete() {
        Path written = directory;
        return written != null && stores.keySet().stream().allMatch(file -> Files.isRegularFile(written.resolve(file)));
    }

    private void write() {
        Path former = directory;
        close();
        try {
            // A new name, since another user may have taken the former one.
            directory = Files.createTempDirectory("masterlatch-tls-");
            for (Map.Entry<String, byte[]> store : stores.entrySet()) {
                Files.write(directory.resolve(store.getKey()), store.getValue());
            }
        } catch (IOException ex) {
            close();
            throw new UncheckedIOException(
                    "key and trust stores cannot be written into java.io.tmpdir, "
                            + System.getProperty("java.io.tmpdir"),
                    ex);
        }
        if (former != null) {
            logger.warn(
                    "The key and trust stores for ZooKeeper's client were removed from {}, by a"
                            + " cleaner of the temporary"
                            + " directory for example: they are written anew, into {}",
                    former,
                    directory);
        }
    }

    /** Deletes the files. */
    @Override
    public synchronized void close() {
        if (directory != null) {
            FileSystemUtils.deleteRecursively(directory.toFile());
            directory = null;
        }
    }
}
