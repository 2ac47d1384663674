package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class MasterPropertiesTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        this.runner.run(context -> assertThat(context.getBean(MasterProperties.class))
                .isEqualTo(new MasterProperties("/master", null, true, Duration.ofSeconds(3))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/master", "/app/master", "/m", "/a.b/..c", "/zookeeper2", "/zoo/zookeeper", "/größe"})
    void goodPaths(String path) {
        this.runner
                .withPropertyValues("master.path=" + path)
                .run(context -> assertThat(
                                context.getBean(MasterProperties.class).path())
                        .isEqualTo(path));
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
                "/zookeeper/master"
            })
    void badPaths(String path) {
        this.runner
                .withPropertyValues("master.path=" + path)
                .run(context -> assertThat(context).hasFailed());
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
        this.runner
                .withPropertyValues("master.address=" + address)
                .run(context -> assertThat(
                                context.getBean(MasterProperties.class).address())
                        .isEqualTo(address));
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
        this.runner
                .withPropertyValues("master.address=" + address)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void anEmptyAddressIsNone() {
        this.runner
                .withPropertyValues("master.address= ")
                .run(context -> assertThat(
                                context.getBean(MasterProperties.class).address())
                        .isNull());
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,true", "off,false", "yes,true"})
    void stand(String value, boolean expected) {
        this.runner
                .withPropertyValues("master.stand=" + value)
                .run(context -> assertThat(
                                context.getBean(MasterProperties.class).stand())
                        .isEqualTo(expected));
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "3s,3000", "60s,60000", "1m,60000", "2000,2000"})
    void goodLeases(String value, long millis) {
        this.runner
                .withPropertyValues("master.lease=" + value)
                .run(context -> assertThat(
                                context.getBean(MasterProperties.class).lease())
                        .hasMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"499ms", "60001ms", "0s", "-1s", "soon"})
    void badLeases(String value) {
        this.runner
                .withPropertyValues("master.lease=" + value)
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void aMisspeltSettingIsRefused() {
        this.runner
                .withPropertyValues("master.adress=master1:8080")
                .run(context -> assertThat(context).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(MasterProperties.class)
    static class Settings {}
}
