package io.masterlatch.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.masterlatch.autoconfigure.InvalidSettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTargetTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9000/healthz",
                "https://app.example.com",
                "HTTP://app:80/?a=b",
                "http://[::1]:8080/health"
            })
    void takesAnAddressAsItIs(String url) {
        HttpTarget target = HttpTarget.of("some.url", url, null);

        assertThat(target.uri()).hasToString(url);
        assertThat(target.authorization()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "app:8080/health",
                "/health",
                "ftp://app/",
                "http:///health",
                "http://",
                "http:app",
                "http://app:0/",
                "http://app:70000/",
                "http://my_app name/",
                "http://app/#top",
                "http://a b/"
            })
    void refusesWhatCannotBeCalledAndQuotesNothing(String url) {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> HttpTarget.of("some.url", url, null))
                .withMessage(
                        "some.url must begin with http:// or https:// and a host, such as http://127.0.0.1:9000/healthz,"
                                + " without a fragment (#)")
                .withNoCause();
    }

    @Test
    void makesAUserTheAuthorizationUnlessThereIsOne() {
        HttpTarget target = HttpTarget.of("some.url", "https://user:pa%40ss@[::1]:1/a%20b?c=%20d", null);

        assertThat(target.uri()).hasToString("https://[::1]:1/a%20b?c=%20d");
        assertThat(target.authorization()).isEqualTo("Basic dXNlcjpwYUBzcw==");
        assertThat(HttpTarget.of("some.url", "https://user:pass@app/", "Bearer x")
                        .authorization())
                .isEqualTo("Bearer x");
    }

    @Test
    void showsNoSecretInText() {
        assertThat(HttpTarget.of(
                        "some.url",
                        "https://user:pass@hooks.example.com:1/services/secret?key=secret",
                        "Bearer secret"))
                .hasToString("https://hooks.example.com:1");
    }
}
