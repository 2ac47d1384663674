package io.masterlatch.service;

import io.masterlatch.autoconfigure.MisconfigurationException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;

/**
 * Checks the SSL bundles and the certificates of the web servers before the start: Spring Boot does not say below which
 * setting a file is missing or damaged.
 */
final class Certificates {

    private Certificates() {}

    /**
     * Checks all that are configured.
     *
     * @throws MisconfigurationException when one cannot be used
     */
    static void check(Environment environment) {
        Binder binder = Binder.get(environment);
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
        SslProperties.Bundles configured =
                binder.bindOrCreate("spring.ssl", SslProperties.class).getBundle();
        configured
                .getPem()
                .forEach((name, pem) ->
                        bundles.registerBundle(name, usable("spring.ssl.bundle.pem." + name, () -> matching(pem))));
        configured
                .getJks()
                .forEach((name, jks) -> bundles.registerBundle(
                        name, usable("spring.ssl.bundle.jks." + name, () -> PropertiesSslBundle.get(jks))));
        for (String prefix : List.of("server.ssl", "management.server.ssl")) {
            Ssl ssl = binder.bind(prefix, Ssl.class).orElse(null);
            if (Ssl.isEnabled(ssl)) {
                usable(prefix, () -> WebServerSslBundle.get(ssl, bundles));
                if (ssl.getBundle() == null) {
                    PemSslBundleProperties pem = new PemSslBundleProperties();
                    pem.getKeystore().setCertificate(ssl.getCertificate());
                    pem.getKeystore().setPrivateKey(ssl.getCertificatePrivateKey());
                    usable(prefix, () -> matching(pem));
                }
            }
        }
    }

    /** Opens a bundle. Spring Boot looks whether the key belongs to the certificate only when it is asked to. */
    private static SslBundle matching(PemSslBundleProperties pem) {
        pem.getKeystore().setVerifyKeys(pem.getKeystore().getPrivateKey() != null);
        return PropertiesSslBundle.get(pem);
    }

    private static SslBundle usable(String setting, Callable<SslBundle> opening) {
        try {
            SslBundle bundle = opening.call();
            bundle.createSslContext();
            return bundle;
        } catch (Exception ex) {
            throw new MisconfigurationException(
                    "The certificates of %s cannot be used: %s.".formatted(setting, reason(ex)),
                    "Correct the settings below %s, or the files that are named there.".formatted(setting),
                    ex);
        }
    }

    /**
     * Returns the message of a failure, with what the system says of the file, or the message of the cause that says
     * more.
     */
    private static String reason(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        if (root instanceof FileNotFoundException || root instanceof NoSuchFileException) {
            return message + ": there is no such file";
        }
        if (root instanceof AccessDeniedException) {
            return message + ": permission denied";
        }
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && cause.getMessage() != null && !message.contains(cause.getMessage())) {
                return message + ": " + cause.getMessage();
            }
        }
        return message;
    }
}
