package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class MasterLatchPropertiesTests {

    @Test
    void defaults() {
        assertThat(new Binder(new MapConfigurationPropertySource())
                        .bindOrCreate("masterlatch", MasterLatchProperties.class))
                .satisfies(properties -> {
                    assertThat(properties.path()).isEqualTo("/master");
                    assertThat(properties.address()).isNull();
                    assertThat(properties.url()).isNull();
                    assertThat(properties.candidate()).isTrue();
                    assertThat(properties.lease()).isEqualTo(Duration.ofSeconds(3));
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/master", "/app/master", "/m", "/a.b/..c", "/zookeeper2", "/zoo/zookeeper", "/größe"})
    void goodPaths(String path) {
        assertThat(bind("path", path).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "master",
                "/master/",
                "//master",
                "/app//master",
                "/./master",
                "/../master",
                "/master/..",
                "/mas\u0000ter",
                "/mas\u007fter",
                "/zookeeper",
                "/zookeeper/master",
                "/master-lease",
                "/app/master-candidates"
            })
    void badPaths(String path) {
        assertRefused("path", path, "must be the absolute path of a znode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://master1", "https://master1.example.com:8443/latch/", "http://[::1]:8080/"})
    void goodUrls(String url) {
        assertThat(bind("url", url).url()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master1:8080",
                "javascript:alert(1)",
                "http://user@master1/",
                "http://master1/?a",
                "http://mäster1/"
            })
    void badUrls(String url) {
        assertRefused("url", url, "must begin with http:// or https:// and a host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master1.example.com:8080",
                "localhost:1",
                "my_host:65535",
                "10.0.0.7:8080",
                "127.0.0.1:8080",
                "[::1]:8080",
                "[2001:db8::7]:8080",
                "[::ffff:10.0.0.7]:8080",
                "7up.example:80",
                "example.com.:80"
            })
    void goodAddresses(String address) {
        assertThat(bind("address", address).address()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master1",
                "master1:",
                ":8080",
                "master1:0",
                "master1:65536",
                "master1:999999999999",
                "master1:-1",
                "master1:http",
                "master 1:8080",
                "http://master1:8080",
                "master1:8080/",
                "master1..example:8080",
                "-master:8080",
                "::1:8080",
                "[::1]",
                "[::1:8080",
                "[]:8080",
                "[10.0.0.7]:8080",
                "[master1]:8080",
                "[12345::]:8080",
                "10.0.0:8080",
                "10.0.0.256:8080",
                "0.0.0.0:8080",
                "[::]:8080",
                "[0:0:0:0:0:0:0:0]:8080",
                "a:1,b:2"
            })
    void badAddresses(String address) {
        assertRefused("address", address, "must be host:port, such as master1.example.com:8080");
    }

    @Test
    void anEmptyAddressIsNone() {
        assertThat(bind("address", " ").address()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,true", "off,false", "yes,true"})
    void candidate(String value, boolean expected) {
        assertThat(bind("candidate", value).candidate()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "3s,3000", "60s,60000", "1m,60000", "2000,2000", "1500000us,1500", "PT20S,20000", "'',3000"
    })
    void goodLeases(String value, long millis) {
        assertThat(bind("lease", value).lease()).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-10s", "499ms", "61s", "1500001us"})
    void badLeases(String value) {
        assertRefused("lease", value, "must be a duration from 500ms to 60s in whole milliseconds");
    }

    private static MasterLatchProperties bind(String name, String value) {
        return new Binder(new MapConfigurationPropertySource(Map.of("masterlatch." + name, value)))
                .bindOrCreate("masterlatch", MasterLatchProperties.class);
    }

    private static void assertRefused(String name, String value, String rule) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(name, value))
                .havingRootCause()
                .isInstanceOfSatisfying(InvalidSettingException.class, ex -> {
                    assertThat(ex.name()).isEqualTo("masterlatch." + name);
                    assertThat(ex.rule()).startsWith(rule);
                });
    }
}
