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
 * An address to call and what to authenticate with. In text it is no more than scheme, host and port: a path, a query, and a user with a
 * password before the host may all be secrets.
 *
 * @param uri the address, without the user
 * @param authorization the value of the header {@code Authorization}; null for none
 */
public record HttpTarget(URI uri, @Nullable String authorization) {

    /**
     * Reads an address. A user and password before the host become basic authentication.
     *
     * @param url such as {@code http://127.0.0.1:9000/healthz}
     * @param authorization the value of the header {@code Authorization}, which takes precedence over a user in the address; null for none
     * @return the target
     * @throws IllegalArgumentException when it is not an http or https address with a host
     */
    public static HttpTarget of(String url, @Nullable String authorization) {
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (!(scheme.equals("http") || scheme.equals("https"))
                    || uri.getHost() == null
                    || uri.getPort() == 0
                    || uri.getPort() > 65535
                    || uri.getRawFragment() != null) {
                throw new URISyntaxException("", "not an http or https address with a host");
            }
            String user = uri.getRawUserInfo();
            if (user == null) {
                return new HttpTarget(uri, authorization);
            }
            String plain = uri.getScheme() + "://" + uri.getRawAuthority().substring(user.length() + 1)
                    + Objects.requireNonNullElse(uri.getRawPath(), "")
                    + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
            return new HttpTarget(
                    new URI(plain), Objects.requireNonNullElseGet(authorization, () -> basic(uri.getUserInfo())));
        } catch (URISyntaxException ex) {
            // Neither the text nor the cause, which quotes it.
            throw new IllegalArgumentException("not the address of a host, beginning with http:// or https://");
        }
    }

    /** Requires that a setting is an address that {@link #of} can read. */
    static void check(String name, String url) {
        try {
            of(url, null);
        } catch (IllegalArgumentException ex) {
            throw new InvalidSettingException(
                    name,
                    url,
                    "must begin with http:// or https:// and a host, such as http://127.0.0.1:9000/healthz, without a"
                            + " fragment (#)");
        }
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
