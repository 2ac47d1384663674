package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.DispatcherServlet;
import tools.jackson.databind.json.JsonMapper;

/** What an application gets that contains MasterLatch, and what it keeps. */
class WebAutoConfigurationTests {

    private static final String[] PATHS = {"/master", "/master/history", "/candidates", "/role", "/role/standby"};

    private final HttpClient http = HttpClient.newHttpClient();
    private final ApplicationContextRunner withoutWeb = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(WebAutoConfiguration.class))
            .withUserConfiguration(Latch.class)
            .withPropertyValues("masterlatch.web.enabled=true");
    private final WebApplicationContextRunner application = new WebApplicationContextRunner(
                    AnnotationConfigServletWebServerApplicationContext::new)
            .withConfiguration(AutoConfigurations.of(
                    TomcatServletWebServerAutoConfiguration.class,
                    DispatcherServletAutoConfiguration.class,
                    WebMvcAutoConfiguration.class,
                    ErrorMvcAutoConfiguration.class,
                    MultipartAutoConfiguration.class,
                    HttpMessageConvertersAutoConfiguration.class,
                    JacksonAutoConfiguration.class,
                    WebAutoConfiguration.class))
            .withUserConfiguration(Latch.class, Application.class)
            .withPropertyValues("server.port=0");
    private final WebApplicationContextRunner enabled = application.withPropertyValues("masterlatch.web.enabled=true");

    @TempDir
    private Path files;

    @ParameterizedTest
    @ValueSource(strings = {"server.port=0", "masterlatch.web.enabled=false", "masterlatch.web.enabled="})
    void isOffUnlessItIsSwitchedOn(String setting) {
        application.withPropertyValues(setting).run(context -> {
            assertThat(context)
                    .doesNotHaveBean(MasterController.class)
                    .doesNotHaveBean(SubscribersProperties.class)
                    .doesNotHaveBean(FilterRegistrationBean.class);
            for (String path : PATHS) {
                assertUntouched(get(context, path), 418, "text/plain");
            }
        });
    }

    @Test
    void aValueThatIsNeitherTrueNorFalseIsRefused() {
        application
                .withPropertyValues("masterlatch.web.enabled=perhaps")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("Failed to bind properties under 'masterlatch.web.enabled'"));
    }

    @Test
    void backsOffWithoutALatchAndWhatItNeeds() {
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(WebAutoConfiguration.class))
                .withPropertyValues("masterlatch.web.enabled=true")
                .run(context -> assertThat(context).doesNotHaveBean(MasterController.class));
        withoutWeb.run(context -> assertThat(context).doesNotHaveBean(MasterController.class));
        for (Class<?> missing : new Class<?>[] {DispatcherServlet.class, JsonMapper.class}) {
            withoutWeb
                    .withClassLoader(new FilteredClassLoader(missing))
                    .run(context -> assertThat(context).doesNotHaveBean(MasterController.class));
        }
    }

    @Test
    void needsNoMicrometer() {
        enabled.withClassLoader(new FilteredClassLoader(MeterBinder.class))
                .run(context -> assertThat(get(context, "/master").statusCode()).isEqualTo(200));
    }

    @Test
    void answersOnItsOwnPathsAsTheServiceDoes() {
        enabled.run(context -> {
            assertThat(get(context, "/master").body())
                    .matches("\\{\"master\":\"master1.example.com:2223\",\"epoch\":[0-9]+,\"since\":\"[^\"]+\","
                            + "\"self\":\"own:1\",\"role\":\"STANDBY\"}");
            for (String path : PATHS) {
                assertThat(get(context, path).statusCode()).isEqualTo(200);
                assertGuarded(get(context, path));
                assertThat(get(context, path + "/").statusCode()).isEqualTo(200);
                assertGuarded(get(context, path + "/"));
                assertThatProblem(send(context, "POST", path), 405);
                assertThatProblem(send(context, "GET", path, "Accept", "image/png"), 406);
            }
        });
    }

    @Test
    void changesNothingElse() throws IOException {
        Files.writeString(files.resolve("index.html"), "the application's page");
        enabled.withPropertyValues("spring.web.resources.static-locations=" + files.toUri())
                .run(context -> {
                    assertThat(get(context, "/").body()).isEqualTo("the application's");
                    assertUntouched(get(context, "/"), 200, "text/plain");
                    assertThat(get(context, "/index.html").body()).isEqualTo("the application's page");
                    assertUntouched(get(context, "/index.html"), 200, "text/html");
                    assertThat(get(context, "/role/other").body()).isEqualTo("the application's");
                    assertUntouched(get(context, "/role/other"), 200, "text/plain");
                    assertUntouched(get(context, "/fails"), 418, "text/plain");
                    assertUntouched(send(context, "POST", "/role/other"), 418, "text/plain");
                    for (String path : new String[] {
                        "/page.css", "/page/page.css", "/page/index.html", "/openapi.yaml", "/nothing", "/role/other/"
                    }) {
                        assertUntouched(get(context, path), 418, "text/plain");
                    }
                });
    }

    @Test
    void leavesToTomcatWhatItRefuses() {
        enabled.run(context -> {
            HttpResponse<String> refused = get(context, "/a%2fb");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.headers().map()).doesNotContainKey("content-security-policy");
        });
    }

    @Test
    void doesNotDependOnHowTheApplicationWritesJson() {
        enabled.withPropertyValues(
                        "spring.jackson.property-naming-strategy=UPPER_SNAKE_CASE",
                        "spring.jackson.default-property-inclusion=non_null",
                        "spring.jackson.serialization.indent-output=true")
                .run(context -> {
                    assertThat(get(context, "/role").body())
                            .startsWith(
                                    "{\"election\":\"/master\",\"self\":\"own:1\",\"role\":\"STANDBY\",\"knownForSeconds\":");
                    assertThat(get(context, "/master").body()).startsWith("{\"master\":\"master1.example.com:2223\"");
                    // Spring writes a problem, so with the space that the application wants.
                    assertThat(get(context, "/role/master").body())
                            .contains("\"detail\" : \"This instance is STANDBY, not MASTER\"")
                            .contains("\"instance\" : \"/role/master\"", "\"status\" : 503", "\"role\" : \"STANDBY\"");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', /latch",
        "/application, '', ''",
        "'', /servlet, ''",
        "/application, /servlet, /latch/of-mine",
    })
    void liesBelowItsBasePathAndTheApplications(String contextPath, String servletPath, String basePath) {
        enabled.withPropertyValues(
                        "server.servlet.context-path=" + contextPath,
                        "spring.mvc.servlet.path=" + (servletPath.isEmpty() ? "/" : servletPath),
                        "masterlatch.web.base-path=" + basePath)
                .run(context -> {
                    String prefix = contextPath + servletPath + basePath;
                    for (String path : PATHS) {
                        assertThat(get(context, prefix + path).statusCode()).isEqualTo(200);
                        assertGuarded(get(context, prefix + path));
                        assertThat(get(context, prefix + path + "/").statusCode())
                                .isEqualTo(200);
                        assertThatProblem(send(context, "POST", prefix + path + "/"), 405);
                    }
                    HttpResponse<String> poll =
                            send(context, "GET", prefix + "/master/", "If-None-Match", "*", "Prefer", "wait=1");
                    assertThat(poll.statusCode()).isEqualTo(304);
                    assertThat(get(context, "/master").statusCode()).isNotEqualTo(200);
                    assertThat(get(context, contextPath + servletPath + "/").body())
                            .isEqualTo("the application's");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"latch", "/", "/latch/", "//latch", "/a b", "/{a}", "/*", "/a?b", "/ä"})
    void refusesABasePathThatIsNone(String path) {
        enabled.withPropertyValues("masterlatch.web.base-path=" + path)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("masterlatch.web.base-path must be empty or a path that begins with /"));
    }

    @Test
    void removesTheSlashBeforeSpringSecurityLooks() {
        enabled.run(context -> assertThat(context.getBean("masterLatchPathsFilter", FilterRegistrationBean.class)
                        .getOrder())
                .isLessThan(-100));
    }

    @Test
    void theServiceHasItsPageBelowTheBasePathToo() {
        enabled.withUserConfiguration(ServiceWebConfiguration.class)
                .withPropertyValues("masterlatch.web.base-path=/latch")
                .run(context -> {
                    assertThat(get(context, "/latch/").body()).startsWith("<!DOCTYPE html>");
                    assertThat(get(context, "/latch/page/page.js").statusCode()).isEqualTo(200);
                    assertThat(get(context, "/page/page.js").body()).contains("there are /latch/master, ");
                });
    }

    private static void assertGuarded(HttpResponse<String> response) {
        assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(response.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(response.headers().allValues("Content-Security-Policy"))
                .containsExactly("default-src 'none'; frame-ancestors 'none'");
    }

    private static void assertThatProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"status\":" + status).contains("\"instance\":\"/");
        assertGuarded(response);
    }

    private static void assertUntouched(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.uri().getPath()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(type);
        assertThat(response.headers().map().keySet())
                .doesNotContain(
                        "cache-control",
                        "x-content-type-options",
                        "x-frame-options",
                        "referrer-policy",
                        "content-security-policy");
    }

    private HttpResponse<String> get(AssertableWebApplicationContext context, String path) throws Exception {
        return send(context, "GET", path);
    }

    private HttpResponse<String> send(
            AssertableWebApplicationContext context, String method, String path, String... headers) throws Exception {
        int port = context.getSourceApplicationContext(AnnotationConfigServletWebServerApplicationContext.class)
                .getWebServer()
                .getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** An election that another instance has won. */
    @Configuration(proxyBeanMethods = false)
    static class Latch {

        @Bean(destroyMethod = "close")
        MasterLatch latch() {
            FakeMasterStore store = new FakeMasterStore();
            MasterLatch latch = MasterLatch.builder(store).address("own:1").build();
            latch.start();
            store.begin(heldBy("master1.example.com:2223"));
            store.awaitRole(latch, Role.STANDBY);
            return latch;
        }
    }

    /** An application that answers for itself, with names of beans that any has. */
    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Pages roleController() {
            return new Pages();
        }

        @Bean
        Failures failures() {
            return new Failures();
        }
    }

    @RestController
    static class Pages {

        @GetMapping(path = {"/", "/role/other"})
        String page() {
            return "the application's";
        }

        @GetMapping("/fails")
        String fails() {
            throw new IllegalStateException("as it does");
        }
    }

    @ControllerAdvice
    static class Failures {

        @ExceptionHandler
        ResponseEntity<String> any(Exception ex) {
            return ResponseEntity.status(418).body("the application's answer to " + ex.getMessage());
        }
    }
}
