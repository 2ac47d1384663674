package io.masterlatch.autoconfigure;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates for ZooKeeper's own client, which takes them from files alone and reads these anew for each connection.
 *
 * <p>The files are in a directory that nobody but this user can read, under a password that is in no file: what a killed process leaves
 * there is of no use to anybody.
 */
public final class TlsFiles implements AutoCloseable {

    private static final String TYPE = "PKCS12";
    private static final int PASSWORD_BYTES = 24;

    private final Path keys;
    private final Path trusted;
    private final String password;

    private TlsFiles(Path directory, String password) {
        this.keys = directory.resolve("keys.p12");
        this.trusted = directory.resolve("trusted.p12");
        this.password = password;
    }

    /**
     * Makes a place for the files in the directory for temporary files.
     *
     * @return the place, to be closed when there will be no connection any more
     * @throws UncheckedIOException when there can be none
     */
    public static TlsFiles create() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        try {
            return new TlsFiles(
                    Files.createTempDirectory("masterlatch-tls-"),
                    HexFormat.of().formatHex(random));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Writes what the next connection is to be made with.
     *
     * @param own this instance's own keys and certificates; null when it has none
     * @param ownPassword the password of the keys; null for none
     * @param alias which of the keys to take; null for all of them
     * @param others the certificates of those who are trusted; null for those whom Java trusts
     * @throws GeneralSecurityException when the stores cannot be read, or the keys not be taken out
     * @throws IOException when the files cannot be written
     */
    public void write(
            @Nullable KeyStore own, char @Nullable [] ownPassword, @Nullable String alias, @Nullable KeyStore others)
            throws GeneralSecurityException, IOException {
        if (own != null) {
            KeyStore copy = empty();
            for (String name : Collections.list(own.aliases())) {
                if (own.isKeyEntry(name) && (alias == null || alias.equalsIgnoreCase(name))) {
                    copy.setKeyEntry(
                            name, own.getKey(name, ownPassword), password.toCharArray(), own.getCertificateChain(name));
                }
            }
            write(copy, keys);
        }
        if (others != null) {
            KeyStore copy = empty();
            for (String name : Collections.list(others.aliases())) {
                copy.setCertificateEntry(name, others.getCertificate(name));
            }
            write(copy, trusted);
        }
    }

    /**
     * Makes the settings of a client that uses the files.
     *
     * @return settings with TLS on, to which others may be added
     */
    public ZKClientConfig clientConfig() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "ClientCnxnSocketNetty");
        try (ClientX509Util names = new ClientX509Util()) {
            set(config, keys, names.getSslKeystoreLocationProperty(), names.getSslKeystorePasswdProperty());
            set(config, trusted, names.getSslTruststoreLocationProperty(), names.getSslTruststorePasswdProperty());
        }
        return config;
    }

    private void set(ZKClientConfig config, Path file, String locationProperty, String passwordProperty) {
        if (Files.exists(file)) {
            config.setProperty(locationProperty, file.toString());
            config.setProperty(passwordProperty, password);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(TYPE);
        store.load(null, null);
        return store;
    }

    /** Whoever reads it meanwhile finds the old one or the new one. */
    private void write(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(draft)) {
            store.store(out, password.toCharArray());
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes the files. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(keys);
            Files.deleteIfExists(trusted);
            Files.deleteIfExists(keys.getParent());
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
