package io.masterlatch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.ConsumerProcess;
import io.masterlatch.testing.LocalZooKeeper;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications of others that depend on the plain jar: src/test/consumer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsumerIT {

    private static final String SHOP = "org.example.shop.ShopApplication";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    // What the service sets for itself and an application must not get.
    private static final List<String> UNTOUCHED = List.of(
            "\"server.address\":\"null\"",
            "\"server.tomcat.connection-timeout\":\"null\"",
            "\"spring.servlet.multipart.enabled\":\"null\"",
            "\"spring.mvc.problemdetails.enabled\":\"null\"",
            "\"management.endpoints.web.exposure.include\":\"health,info,metrics\"",
            "\"management.endpoint.health.show-details\":\"null\"",
            "\"logging.level.org.apache.zookeeper\":\"null\"",
            "\"logging.level.org.apache.curator\":\"null\"",
            "\"customers\":[\"ann\",\"bob\"]");

    private final LocalZooKeeper zooKeeper = new LocalZooKeeper(Duration.ofSeconds(1));

    @BeforeAll
    void start() {
        zooKeeper.start();
    }

    @AfterAll
    void stop() {
        zooKeeper.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "app", "secured"})
    void getNothingButCuratorAndZooKeeper(String application) {
        List<String> jars = Arrays.stream(ConsumerProcess.classPath(application).split(":"))
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();

        assertThat(jars)
                .anyMatch(jar -> jar.startsWith("masterlatch-"))
                .anyMatch(jar -> jar.startsWith("curator-recipes-"))
                .anyMatch(jar -> jar.startsWith("zookeeper-3"))
                .noneMatch(jar -> jar.startsWith("hibernate-validator"))
                .noneMatch(jar -> jar.startsWith("micrometer-registry-prometheus"))
                .noneMatch(jar -> jar.startsWith("snappy-java"))
                .noneMatch(jar -> jar.startsWith("metrics-core"));
        if (application.equals("plain")) {
            assertThat(jars).noneMatch(jar -> jar.startsWith("spring"));
        }
    }

    @Test
    void aProgramWithoutSpringUsesTheRecipe() {
        try (ConsumerProcess plain =
                ConsumerProcess.start("plain", "org.example.plain.PlainMain", zooKeeper.connectString())) {
            assertThat(plain.awaitExit()).as(plain.output()).isZero();
            assertThat(plain.output()).containsPattern("(?m)^master in epoch [1-9]");
        }
    }

    @Test
    void twoApplicationsWithAClientOfTheirOwnElectOneAndNothingElseChanges() {
        try (ConsumerProcess one = shop("app", "one:1");
                ConsumerProcess two = shop(
                        "app",
                        "two:2",
                        "--server.servlet.context-path=/two",
                        "--masterlatch.web.enabled=true",
                        "--masterlatch.web.base-path=/latch")) {
            one.awaitUp("/shop");
            two.awaitUp("/two/shop");
            awaitMasterAndStandby(one, two);

            boolean oneIsMaster = role(one, "/shop").equals("MASTER");
            ConsumerProcess standby = oneIsMaster ? two : one;
            String count = (oneIsMaster ? "/two" : "") + "/count";
            assertThat((oneIsMaster ? one : two)
                            .get(oneIsMaster ? "/count" : "/two/count")
                            .body())
                    .isEqualTo("counted 1");
            assertThat(standby.get(count).body()).isEqualTo("counted 0");

            assertUntouched(one, "");
            assertUntouched(two, "/two");
            for (String path : List.of("/master", "/role", "/candidates", "/master/history", "/latch/master")) {
                assertThat(one.get(path).statusCode()).as(path).isEqualTo(404);
            }
            assertThat(two.get("/two/master").statusCode()).isEqualTo(404);
            assertThat(two.get("/two/latch/master"))
                    .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200))
                    .satisfies(answer -> assertThat(answer.body())
                            .contains(
                                    "\"self\":\"two:2\"",
                                    oneIsMaster ? "\"master\":\"one:1\"" : "\"master\":\"two:2\""))
                    .satisfies(answer -> assertThat(answer.headers().firstValue("Cache-Control"))
                            .hasValue("no-store"));
        }
    }

    @Test
    void withoutAnySettingThereIsNoLatchAndTheApplicationIsAsItWas() {
        try (ConsumerProcess shop = ConsumerProcess.start("app", SHOP).awaitUp("/shop")) {
            assertThat(shop.get("/shop").body()).doesNotContain("role");
            assertThat(shop.get("/actuator/health").body()).contains("\"UP\"");
            assertUntouched(shop, "");
        }
    }

    @Test
    void aMisspeltSettingEndsTheStartOfAnApplicationToo() {
        try (ConsumerProcess shop = ConsumerProcess.start("app", SHOP, "--masterlatch.ptah=/shop")) {
            assertThat(shop.awaitExit()).isEqualTo(1);
            assertThat(shop.output()).contains("There is no setting masterlatch.ptah", "masterlatch.path");
        }
    }

    @Test
    void springSecurityDecidesOnTheLatchsPathsAsOnAllOthers() {
        try (ConsumerProcess shop = shop(
                        "secured",
                        "secured:1",
                        "--masterlatch.path=/secured",
                        "--masterlatch.web.enabled=true",
                        "--spring.security.user.password=secret")
                .awaitUp("/shop")) {
            String basic = "Basic dXNlcjpzZWNyZXQ=";
            assertThat(shop.get("/master").statusCode()).isEqualTo(401);
            assertThat(shop.get("/shop").statusCode()).isEqualTo(401);
            await().atMost(PATIENCE)
                    .until(() -> shop.get("/master", "Authorization", basic).statusCode() == 200);
            // CSRF protection is in force, on the shop's own paths too.
            assertThat(shop.post("/order").statusCode()).isIn(401, 403);
        }
    }

    @Test
    void anApplicationWithVirtualThreadsElects() {
        Path jdk = Stream.of(jdks())
                .filter(home -> feature(home) >= 21)
                .findFirst()
                .orElse(null);
        assumeThat(jdk)
                .as("a JDK with virtual threads, this one or one in the same directory")
                .isNotNull();
        String[] arguments =
                arguments("virtual:1", "--masterlatch.path=/virtual", "--spring.threads.virtual.enabled=true");
        try (ConsumerProcess shop =
                ConsumerProcess.start(jdk, "app", SHOP, arguments).awaitUp("/shop")) {
            await().atMost(PATIENCE).until(() -> role(shop, "/shop").equals("MASTER"));
            assertThat(shop.get("/shop").body()).contains("VirtualThread");
        }
    }

    private static Path[] jdks() {
        Path own = Path.of(System.getProperty("java.home"));
        try (Stream<Path> siblings = Files.list(own.getParent())) {
            return Stream.concat(Stream.of(own), siblings).toArray(Path[]::new);
        } catch (IOException ex) {
            return new Path[] {own};
        }
    }

    private static int feature(Path jdk) {
        try {
            String release = Files.readString(jdk.resolve("release"));
            return Integer.parseInt(release.replaceAll("(?s).*JAVA_VERSION=\"(\\d+).*", "$1"));
        } catch (IOException | NumberFormatException ex) {
            return 0;
        }
    }

    private ConsumerProcess shop(String dependencies, String address, String... more) {
        return ConsumerProcess.start(dependencies, SHOP, arguments(address, more));
    }

    private String[] arguments(String address, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--shop.zookeeper=" + zooKeeper.connectString(),
                                "--masterlatch.address=" + address,
                                "--masterlatch.lease=1s"),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private static void awaitMasterAndStandby(ConsumerProcess one, ConsumerProcess two) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(List.of(role(one, "/shop"), role(two, "/two/shop")))
                        .containsExactlyInAnyOrder("MASTER", "STANDBY"));
        assertThat(one.get("/shop").body() + two.get("/two/shop").body()).contains(">MASTER\"");
        assertThat(one.get("/actuator/health").body()).contains("\"status\":\"UP\"");
    }

    private static String role(ConsumerProcess shop, String path) {
        String body = shop.get(path).body();
        return body.replaceAll("(?s).*\"role\":\"(\\w+)\".*", "$1");
    }

    private static void assertUntouched(ConsumerProcess shop, String context) {
        assertThat(shop.get(context + "/shop").body()).contains(UNTOUCHED);
        assertThat(shop.get(context + "/index.html"))
                .satisfies(answer -> assertThat(answer.body()).contains("The shop"))
                .satisfies(answer -> assertNoHeadersOfOurs(answer.headers()));
        assertThat(shop.get(context + "/").body()).contains("The shop");
        for (String path : List.of("/page.css", "/page/page.css", "/openapi.yaml")) {
            assertThat(shop.get(context + path))
                    .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(404))
                    // Boot's own answer, not ours as application/problem+json.
                    .satisfies(answer -> assertThat(answer.body()).contains("\"timestamp\"", "\"path\""))
                    .satisfies(answer -> assertNoHeadersOfOurs(answer.headers()));
        }
        assertThat(shop.get(context + "/actuator/info").body()).doesNotContain("build", "git", "sbom");
        assertThat(shop.get(context + "/actuator/health").body()).doesNotContain("details");
    }

    private static void assertNoHeadersOfOurs(HttpHeaders headers) {
        assertThat(headers.map())
                .doesNotContainKeys(
                        "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options");
        assertThat(headers.firstValue("Cache-Control").orElse("")).doesNotContain("no-store");
    }
}
