package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.mock.env.MockEnvironment;

class AdvertisedUrlTests {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "server.address=127.0.0.1, http://127.0.0.1:8080/",
                "server.address=10.0.0.7, http://10.0.0.7:8080/",
                "server.address=2001:db8::7, http://[2001:db8::7]:8080/",
                "server.address=0.0.0.0, http://app1.example.com:8080/",
                "server.address=::, http://app1.example.com:8080/",
                "server.address=, http://app1.example.com:8080/",
                "server.servlet.context-path=/latch, http://app1.example.com:8080/latch/",
                "spring.mvc.servlet.path=/mvc/, http://app1.example.com:8080/mvc/",
                "masterlatch.web.base-path=/ml, http://app1.example.com:8080/ml/",
                "server.ssl.bundle=web, https://app1.example.com:8080/",
                "server.ssl.enabled=false, http://app1.example.com:8080/",
                "server.address=fe80::1%1, -"
            })
    void followsFromTheWebServer(String setting, @Nullable String url) {
        MockEnvironment environment = listening();
        int equals = setting.indexOf('=');
        environment.setProperty(setting.substring(0, equals), setting.substring(equals + 1));

        assertThat(new AdvertisedUrl(null, "app1.example.com:9000", environment).get())
                .isEqualTo(url);
    }

    @Test
    void hasThisHostsNameWithoutAnythingElse() throws Exception {
        assertThat(new AdvertisedUrl(null, null, listening()).get())
                .isEqualTo("http://" + InetAddress.getLocalHost().getHostName() + ":8080/");
    }

    @Test
    void aConfiguredOneWinsAlsoWithoutAWebServer() {
        assertThat(new AdvertisedUrl("https://m1/", "a:1", listening()).get()).isEqualTo("https://m1/");
        assertThat(new AdvertisedUrl("https://m1/", "a:1", new MockEnvironment()).get())
                .isEqualTo("https://m1/");
    }

    @Test
    void thereIsNoneWithoutAWebServer() {
        assertThat(new AdvertisedUrl(null, "a:1", new MockEnvironment().withProperty("server.port", "8080")).get())
                .isNull();
    }

    private static MockEnvironment listening() {
        MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "8080");
        ConfigurationPropertySources.attach(environment);
        return environment;
    }
}
