package io.masterlatch.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.interfaces.RSAKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;

/** Copies the key store and the trust store of a bundle into files under another password. */
final class TlsStores {

    static final String KEYS = "keys.p12";
    static final String TRUSTED = "trusted.p12";

    private TlsStores() {}

    /**
     * Returns the contents of the files by their names.
     *
     * @throws GeneralSecurityException if a store or a key cannot be read, or a key does not belong to its certificate
     */
    static Map<String, byte[]> of(SslBundle bundle, char[] password) throws GeneralSecurityException, IOException {
        Map<String, byte[]> files = new HashMap<>();
        KeyStore keys = bundle.getStores().getKeyStore();
        if (keys != null) {
            KeyStore copy = empty();
            for (String name : Collections.list(keys.aliases())) {
                if (isChosen(name, bundle.getKey().getAlias()) && keys.entryInstanceOf(name, PrivateKeyEntry.class)) {
                    PrivateKey key = (PrivateKey) keys.getKey(name, keyPassword(bundle));
                    Certificate[] chain = keys.getCertificateChain(name);
                    if (!belongTogether(key, chain[0].getPublicKey())) {
                        throw new UnrecoverableKeyException("the private key does not belong to the certificate");
                    }
                    copy.setKeyEntry(name, key, password, chain);
                }
            }
            files.put(KEYS, bytes(copy, password));
        }
        KeyStore trusted = bundle.getStores().getTrustStore();
        if (trusted != null) {
            KeyStore copy = empty();
            for (String name : Collections.list(trusted.aliases())) {
                copy.setCertificateEntry(name, trusted.getCertificate(name));
            }
            files.put(TRUSTED, bytes(copy, password));
        }
        return files;
    }

    private static boolean isChosen(String name, @Nullable String alias) {
        return alias == null || alias.equalsIgnoreCase(name);
    }

    private static char @Nullable [] keyPassword(SslBundle bundle) {
        String password = bundle.getKey().getPassword();
        if (password == null) {
            password = bundle.getStores().getKeyStorePassword();
        }
        return password == null ? null : password.toCharArray();
    }

    /** Checks that a key belongs to its certificate. Java itself checks that in a handshake only. */
    private static boolean belongTogether(PrivateKey key, PublicKey other) throws GeneralSecurityException {
        if (key instanceof RSAKey one && other instanceof RSAKey two) {
            return one.getModulus().equals(two.getModulus());
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA", "DSA" -> "SHA256with" + key.getAlgorithm();
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                });
        try {
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(other);
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException ex) {
            return false;
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static byte[] bytes(KeyStore store, char[] password) throws GeneralSecurityException, IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, password);
        return bytes.toByteArray();
    }
}
