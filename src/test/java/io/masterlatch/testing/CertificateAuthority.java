package io.masterlatch.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority of a test, and its certificates: made by keytool when needed, so that nothing in the
 * checkout expires.
 */
public final class CertificateAuthority {

    /** The password of all stores. */
    public static final String PASSWORD = "changeit";

    private static final String ROOT = "root";

    private final Path directory = Workplace.directory("certificates");

    /** Makes an authority with a key of its own. */
    public CertificateAuthority() {
        keytool(ROOT, "-ext", "bc:c");
    }

    /**
     * The owner of a certificate.
     *
     * @param keyStore PKCS12 with key and certificates
     * @param certificate PEM
     * @param key PEM, not encrypted
     */
    public record Certified(Path keyStore, Path certificate, Path key) {}

    /** Issues a certificate with these alternative names, such as {@code ip:127.0.0.1}. */
    public Certified certify(String name, String alternativeNames) {
        keytool(name, "-signer", ROOT, "-ext", "san=" + alternativeNames);
        try {
            KeyStore all = load();
            Key key = all.getKey(name, PASSWORD.toCharArray());
            Certificate[] chain = all.getCertificateChain(name);
            KeyStore own = empty();
            own.setKeyEntry(name, key, PASSWORD.toCharArray(), chain);
            return new Certified(
                    store(name + "-keys", own),
                    pem(name + ".crt", "CERTIFICATE", chain[0].getEncoded()),
                    pem(name + ".key", "PRIVATE KEY", key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a PKCS12 store by which this authority is trusted. */
    public Path trustStore() {
        try {
            KeyStore trusted = empty();
            trusted.setCertificateEntry(ROOT, load().getCertificate(ROOT));
            return store("trusted", trusted);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns this authority's certificate as PEM. */
    public Path certificate() {
        try {
            return pem("root.crt", "CERTIFICATE", load().getCertificate(ROOT).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keytool(String alias, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", alias));
        command.addAll(List.of(
                "-dname",
                "CN=" + alias + ", O=" + directory.getFileName(),
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-storetype",
                "PKCS12"));
        command.addAll(List.of("-keystore", all().toString(), "-storepass", PASSWORD));
        command.addAll(List.of(options));
        try (ChildProcess process =
                ChildProcess.start(new ProcessBuilder(command), directory.resolve(alias + "-keytool.txt"))) {
            int code = process.awaitExit(Duration.ofSeconds(60));
            if (code != 0) {
                throw new IllegalStateException("keytool ended with " + code + ": " + process.output());
            }
        }
    }

    private Path all() {
        return directory.resolve("all.p12");
    }

    private KeyStore load() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(all())) {
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path store(String name, KeyStore store) throws GeneralSecurityException {
        Path file = directory.resolve(name + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path pem(String name, String type, byte[] content) {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
        try {
            return Files.write(directory.resolve(name), text.getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
