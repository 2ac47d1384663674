package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.InvalidSettingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An address to call, and the authentication for it. Its text is scheme, host and port only: a path, a query, and a
 * user in the address may all be secret.
 *
 * @param uri the address, without the user
 * @param authorization the value of the header {@code Authorization}; null for none
 */
record HttpTarget(URI uri, @Nullable String authorization) {

    /**
     * Reads an address. A user and password before the host become basic authentication.
     *
     * @param setting full name of the setting that holds the address
     * @param url such as {@code http://127.0.0.1:9000/healthz}
     * @param authorization the value of the header {@code Authorization}, which wins over a user in the address; null
     * for none
     * @throws InvalidSettingException when it is not an http or https address with a host
     */
    static HttpTarget of(String setting, String url, @Nullable String authorization) {
        try {
            URI uri = new URI(url);
            if (!isCallable(uri)) {
                throw new URISyntaxException("", "no http or https address with a host");
            }
            String user = uri.getRawUserInfo();
            if (user == null) {
                return new HttpTarget(uri, authorization);
            }
            URI plain = new URI(url.replaceFirst("//[^/?@]*@", "//"));
            return new HttpTarget(plain, Objects.requireNonNullElseGet(authorization, () -> basic(uri.getUserInfo())));
        } catch (URISyntaxException ex) {
            // Without the cause, which quotes the address.
            throw new InvalidSettingException(
                    setting,
                    url,
                    "must begin with http:// or https:// and a host, such as http://127.0.0.1:9000/healthz, without a"
                            + " fragment (#)");
        }
    }

    private static boolean isCallable(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        return (scheme.equals("http") || scheme.equals("https"))
                && uri.getHost() != null
                && uri.getPort() != 0
                && uri.getPort() <= 65535
                && uri.getRawFragment() == null;
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
