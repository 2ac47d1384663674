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

class ZooKeeperPropertiesTests {

    @Test
    void defaults() {
        ZooKeeperProperties properties = new Binder(new MapConfigurationPropertySource())
                .bindOrCreate("masterlatch.zookeeper", ZooKeeperProperties.class);

        assertThat(properties)
                .isEqualTo(new ZooKeeperProperties(
                        null,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        new ZooKeeperProperties.Auth(null, null),
                        new ZooKeeperProperties.Ssl(null)));
        assertThat(properties.servers()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "zk1:2181 zk1:2181 ''",
                "zk1 zk1 ''",
                "zk1.example.com:2181,zk2.example.com:2181 zk1.example.com:2181,zk2.example.com:2181 ''",
                "zk1,zk2:2182 zk1,zk2:2182 ''",
                "zk1:2181/app zk1:2181 /app",
                "zk1:2181,zk2:2181/app/elections zk1:2181,zk2:2181 /app/elections",
                "zk1:2181/ zk1:2181 ''",
                "[::1]:2181 [::1]:2181 ''",
                "[2001:db8::1]:2181,[2001:db8::2]/app [2001:db8::1]:2181,[2001:db8::2] /app"
            })
    void goodConnectStrings(String connectString, String hosts, String chroot) {
        assertThat(bind("connect-string", connectString).servers()).isEqualTo(new ConnectString(hosts, chroot));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "zk1:2181,",
                ",zk1:2181",
                "zk1:2181,,zk2:2181",
                "zk1:",
                ":2181",
                "zk1:0",
                "zk1:65536",
                "zk1:port",
                "zk1:2181:2181",
                "zk 1:2181",
                "zk1:2181;zk2:2181",
                "zk1:2181/app/",
                "zk1:2181//app",
                "zk1:2181/app,zk2:2181/app",
                "/app",
                "http://zk1:2181",
                "::1:2181",
                "[::1:2181",
                "10.0.0.1.2:2181"
            })
    void badConnectStrings(String connectString) {
        assertRefused("connect-string", connectString, "must be the ensemble's servers as host:port");
    }

    @Test
    void anEmptyConnectStringIsNone() {
        assertThat(bind("connect-string", " ").servers()).isNull();
    }

    @Test
    void spacesAroundCommasDoNotCount() {
        assertThat(bind("connect-string", " zk1:2181, zk2:2181 ,zk3:2181 ").servers())
                .hasToString("zk1:2181,zk2:2181,zk3:2181");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-10s", "999ms", "601s", "30d", "1500001us"})
    void badSessionTimeouts(String value) {
        assertRefused("session-timeout", value, "must be a duration from 1s to 10m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "99ms", "601s", "1000001us"})
    void badConnectionTimeouts(String value) {
        assertRefused("connection-timeout", value, "must be a duration from 100ms to 10m");
    }

    @Test
    void aUserHasANameAndAPassword() {
        assertRefused("auth.username", "app", "must be set", "auth.password");
        assertRefused("auth.password", "secret", "must be set", "auth.username");
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> new ZooKeeperProperties.Auth("a:b", "secret"))
                .withMessageContaining("must not contain a colon");
        assertThat(new ZooKeeperProperties.Auth("app", "se:cret"))
                .satisfies(auth -> assertThat(auth.digest()).asString().isEqualTo("app:se:cret"))
                .asString()
                .doesNotContain("se:cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "a,b"})
    void badBundles(String value) {
        assertRefused("ssl.bundle", value, "must be the name of a bundle");
    }

    private static ZooKeeperProperties bind(String name, String value) {
        return new Binder(new MapConfigurationPropertySource(Map.of("masterlatch.zookeeper." + name, value)))
                .bindOrCreate("masterlatch.zookeeper", ZooKeeperProperties.class);
    }

    private static void assertRefused(String name, String value, String rule) {
        assertRefused(name, value, rule, name);
    }

    private static void assertRefused(String name, String value, String rule, String blamed) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(name, value))
                .havingRootCause()
                .isInstanceOfSatisfying(InvalidSettingException.class, ex -> {
                    assertThat(ex.name()).isEqualTo("masterlatch.zookeeper." + blamed);
                    assertThat(ex.rule()).startsWith(rule);
                });
    }
}
