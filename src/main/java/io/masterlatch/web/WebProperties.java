package io.masterlatch.web;

import io.masterlatch.autoconfigure.InvalidSettingException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The HTTP interface.
 *
 * @param enabled Whether this instance answers over HTTP which one is master. The service sets it to true.
 * @param basePath Path below which all paths lie, such as /latch: empty, or with a slash at the beginning and none at
 * the end.
 */
@ConfigurationProperties("masterlatch.web")
record WebProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("") String basePath) {

    /** The base path, as a placeholder in mappings. */
    static final String BASE_PATH = "${masterlatch.web.base-path:}";

    private static final Pattern ALLOWED = Pattern.compile("(?:/[A-Za-z0-9._~-]+)*+");

    WebProperties {
        if (!ALLOWED.matcher(basePath).matches()) {
            throw new InvalidSettingException(
                    "masterlatch.web.base-path",
                    basePath,
                    "must be empty or a path that begins with / and does not end with one, such as /latch, of letters, digits"
                            + " and . _ ~ - alone");
        }
    }

    /** Returns all paths but those of the page. */
    List<String> paths() {
        return Stream.of(
                        "/master",
                        "/master/history",
                        "/candidates",
                        "/role",
                        "/role/master",
                        "/role/standby",
                        "/role/observer")
                .map(basePath::concat)
                .toList();
    }
}
