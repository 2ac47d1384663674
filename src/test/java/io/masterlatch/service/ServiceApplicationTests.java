package io.masterlatch.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

class ServiceApplicationTests {

    @Test
    void holdWithoutAnyFile() {
        try (ConfigurableApplicationContext context = run("--spring.config.location=optional:file:/nowhere/")) {
            Environment environment = context.getEnvironment();
            assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
            assertThat(environment.getProperty("spring.mvc.problemdetails.enabled", Boolean.class))
                    .isTrue();
            assertThat(environment.getProperty("management.endpoints.web.exposure.include", String[].class))
                    .containsExactly("health", "info", "metrics", "prometheus", "sbom");
            assertThat(environment.getProperty("logging.level.org.apache.zookeeper"))
                    .isEqualTo("ERROR");
        }
    }

    @Test
    void areBelowFilesAndArguments(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("application.properties"), "server.address=10.0.0.7");
        try (ConfigurableApplicationContext context =
                run("--spring.config.location=" + file, "--spring.mvc.problemdetails.enabled=false")) {
            Environment environment = context.getEnvironment();
            assertThat(environment.getProperty("server.address")).isEqualTo("10.0.0.7");
            assertThat(environment.getProperty("spring.mvc.problemdetails.enabled"))
                    .isEqualTo("false");
        }
    }

    @Test
    void putAManagementPortOfItsOwnOnTheSameAddress() {
        try (ConfigurableApplicationContext context =
                run("--spring.config.location=optional:file:/nowhere/", "--management.server.port=0")) {
            assertThat(context.getEnvironment().getProperty("management.server.address"))
                    .isEqualTo("127.0.0.1");
        }
        try (ConfigurableApplicationContext context = run(
                "--spring.config.location=optional:file:/nowhere/",
                "--server.address=0.0.0.0",
                "--management.server.port=0")) {
            assertThat(context.getEnvironment().getProperty("management.server.address"))
                    .isEqualTo("0.0.0.0");
        }
        try (ConfigurableApplicationContext context = run(
                "--spring.config.location=optional:file:/nowhere/",
                "--management.server.port=0",
                "--management.server.address=127.0.0.2")) {
            assertThat(context.getEnvironment().getProperty("management.server.address"))
                    .isEqualTo("127.0.0.2");
        }
    }

    @Test
    void leaveTheAddressOfTheOnlyPortAlone() {
        try (ConfigurableApplicationContext context = run("--spring.config.location=optional:file:/nowhere/")) {
            assertThat(context.getEnvironment().getProperty("management.server.address"))
                    .isNull();
        }
    }

    @Test
    void nameNoZooKeeper() {
        try (ConfigurableApplicationContext context = run("--spring.config.location=optional:file:/nowhere/")) {
            assertThat(context.getEnvironment().getProperty("masterlatch.zookeeper.connect-string"))
                    .isNull();
            assertThat(context.getEnvironment().getProperty("masterlatch.zookeeper.embedded.enabled"))
                    .isNull();
        }
    }

    private static ConfigurableApplicationContext run(String... args) {
        ServiceApplication application = new ServiceApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(args);
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}
}
