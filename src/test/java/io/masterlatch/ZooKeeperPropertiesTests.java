package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class ZooKeeperPropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        this.runner.run(context -> assertThat(context.getBean(ZooKeeperProperties.class))
                .isEqualTo(new ZooKeeperProperties(
                        null,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        new ZooKeeperProperties.Auth(null, null),
                        new ZooKeeperProperties.Ssl(null),
                        new ZooKeeperProperties.Embedded(false, 2181, null))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zk1:2181",
                "zk1",
                "127.0.0.1:2181",
                "zk1.example.com:2181,zk2.example.com:2181,zk3.example.com:2181",
                "zk1,zk2:2182",
                "zk1:2181/app",
                "zk1:2181,zk2:2181/app/elections",
                "zk1:2181/",
                "[::1]:2181",
                "[::1]",
                "[2001:db8::1]:2181,[2001:db8::2]:2181/app"
            })
    void goodConnectStrings(String connectString) {
        this.runner
                .withPropertyValues("zookeeper.connect-string=" + connectString)
                .run(context -> assertThat(
                                context.getBean(ZooKeeperProperties.class).connectString())
                        .isEqualTo(connectString));
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
        this.runner
                .withPropertyValues("zookeeper.connect-string=" + connectString)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void anEmptyConnectStringIsNone() {
        this.runner
                .withPropertyValues("zookeeper.connect-string=")
                .run(context -> assertThat(
                                context.getBean(ZooKeeperProperties.class).connectString())
                        .isNull());
    }

    @Test
    void spacesAroundCommasAreTakenAway() {
        this.runner
                .withPropertyValues("zookeeper.connect-string= zk1:2181, zk2:2181 ,zk3:2181 ")
                .run(context -> assertThat(
                                context.getBean(ZooKeeperProperties.class).connectString())
                        .isEqualTo("zk1:2181,zk2:2181,zk3:2181"));
    }

    @ParameterizedTest
    @CsvSource({"1s,1000", "1500ms,1500", "10m,600000", "4000,4000", "1500000us,1500", "PT20S,20000"})
    void goodSessionTimeouts(String value, long millis) {
        this.runner
                .withPropertyValues("zookeeper.session-timeout=" + value)
                .run(context -> assertThat(
                                context.getBean(ZooKeeperProperties.class).sessionTimeout())
                        .isEqualTo(Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-10s", "999ms", "601s", "30d", "1500001us", "soon"})
    void badSessionTimeouts(String value) {
        this.runner
                .withPropertyValues("zookeeper.session-timeout=" + value)
                .run(context -> assertThat(context).hasFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "99ms", "601s", "1000001us"})
    void badConnectionTimeouts(String value) {
        this.runner
                .withPropertyValues("zookeeper.connection-timeout=" + value)
                .run(context -> assertThat(context).hasFailed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http", "99999999999"})
    void badPorts(String value) {
        this.runner
                .withPropertyValues("zookeeper.embedded.port=" + value)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void embedded() {
        this.runner
                .withPropertyValues(
                        "zookeeper.embedded.enabled=true",
                        "zookeeper.embedded.port=0",
                        "zookeeper.embedded.data-directory=target/some-zookeeper")
                .run(context -> {
                    ZooKeeperProperties properties = context.getBean(ZooKeeperProperties.class);
                    assertThat(properties.embedded())
                            .isEqualTo(new ZooKeeperProperties.Embedded(true, 0, Path.of("target/some-zookeeper")));
                    assertThat(properties.asksForEmbedded()).isTrue();
                });
    }

    @Test
    void aConnectStringWinsOverTheEmbeddedServer() {
        this.runner
                .withPropertyValues("zookeeper.embedded.enabled=true", "zookeeper.connect-string=zk1:2181")
                .run(context -> assertThat(
                                context.getBean(ZooKeeperProperties.class).asksForEmbedded())
                        .isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"zookeeper.connectstring2", "zookeeper.embedded.dir", "zookeeper.timeout"})
    void aMisspeltSettingIsRefused(String name) {
        this.runner
                .withPropertyValues(name + "=1")
                .run(context -> assertThat(context).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(ZooKeeperProperties.class)
    static class Settings {}
}
