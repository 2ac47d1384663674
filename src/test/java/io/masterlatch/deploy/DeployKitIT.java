package io.masterlatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.testing.Loopback;
import io.masterlatch.testing.Program;
import io.masterlatch.testing.Replicas;
import io.masterlatch.testing.ServiceBuilder;
import io.masterlatch.testing.ServiceProcess;
import io.masterlatch.testing.ZooKeeperProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The jar as the kit runs it, without Docker, Kubernetes and systemd: the commands and settings are read from its
 * files.
 */
class DeployKitIT {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path temporary;

    private final ZooKeeperProcess zooKeeper = new ZooKeeperProcess("kit");

    @AfterEach
    void stopZooKeeper() {
        zooKeeper.close();
    }

    @Test
    void theImageRunsInAPodAndItsProbesDoNotDependOnZooKeeperOrTheRole() {
        Path app = image();
        int management = Loopback.freePort();
        Map<String, String> environment = podEnvironment(management);

        try (ServiceProcess instance = entryPoint(app, environment).start().awaitUp()) {
            assertThat(instance.role()).isEqualTo("UNKNOWN");
            // HTTP answers a little before the start is over, and until then it is neither alive nor ready.
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                    .untilAsserted(() -> assertProbesSucceed(instance, management));
            assertThat(status(instance, management, "/actuator/health")).isEqualTo(503);

            zooKeeper.start().awaitServing();
            instance.awaitRole("MASTER");

            assertProbesSucceed(instance, management);
            assertThat(status(instance, management, "/actuator/health")).isEqualTo(200);
            assertThat(instance.master()).isEqualTo("masterlatch-0.masterlatch-peers.default.svc:8080");
            healthcheck(environment).assertOk();

            assertThat(status(instance, management, scrapePath())).isEqualTo(200);
            assertThat(status(instance, management, "/actuator/candidacy")).isEqualTo(404);
            assertThat(status(instance, instance.port(), "/actuator/health")).isEqualTo(404);
            assertThat(classLoading())
                    .contains("io.masterlatch.MasterLatchApplication source: shared objects file (top)");
        }
        assertThat(healthcheck(environment).code()).isNotZero();
    }

    @Test
    void afterAKillOfTheUnitAnotherInstanceIsMasterBeforeTheSessionEnds() throws IOException {
        zooKeeper.tickTime(Duration.ofSeconds(2)).start().awaitServing();
        Duration session = Duration.ofSeconds(40);
        Duration lease = Duration.ofSeconds(1);
        Files.copy(Kit.file("systemd/application.yml"), temporary.resolve("application.yml"));
        Path credentials = Files.createDirectory(temporary.resolve("credentials"));
        Files.writeString(credentials.resolve(Kit.unit("LoadCredential").get(0)), "secret\n");

        ServiceBuilder killed = Replicas.instance("killed", zooKeeper.connectString(), session, lease)
                .plainJvm()
                .workingDirectory(temporary)
                .property("masterlatch.zookeeper.auth.username", "masterlatch")
                .property("management.server.port", Loopback.freePort());
        Kit.unitEnvironment(credentials).forEach(killed::environment);
        try (ServiceProcess master = killed.start().awaitUp().awaitRole("MASTER");
                ServiceProcess standby = Replicas.instance("standby", zooKeeper.connectString(), session, lease)
                        // Only the same user may write what the other has created.
                        .property("masterlatch.zookeeper.auth.username", "masterlatch")
                        .property("masterlatch.zookeeper.auth.password", "secret")
                        .start()
                        .awaitUp()
                        .awaitRole("STANDBY")) {
            master.kill();

            standby.awaitRole("MASTER", session.dividedBy(2));
        }
    }

    /** Does what the Dockerfile says, and returns the directory in which the image starts. */
    private Path image() {
        Path build = temporary.resolve("extracted");
        Path app = temporary.resolve("app");
        Path at = null;
        Map<String, String> environment = new LinkedHashMap<>();
        for (String line : Kit.dockerfile().toList()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "WORKDIR" -> at = create(temporary.resolve(words[1].substring(1)));
                case "COPY" -> {
                    if (words[1].equals("--from=jar")) {
                        copy(temporary.resolve(words[2].substring(1)), at);
                    } else if (words[1].equals("--from=build")) {
                        assertThat(builtJar().getFileName().toString())
                                .matches(Path.of(words[2])
                                        .getFileName()
                                        .toString()
                                        .replace("*", ".*"));
                        copy(builtJar(), at.resolve(words[3]));
                    }
                }
                case "RUN" -> {
                    // The rest, which are the build and the init, would fetch from the network.
                    if (words[1].equals("java")) {
                        List<String> command = new ArrayList<>(List.of(words).subList(1, words.length));
                        command.set(0, JAVA);
                        Program.run(at, environment, "", command).assertOk();
                    }
                }
                case "ENV" ->
                    // What is set later does not count for the steps before.
                    environment.put("JAVA_TOOL_OPTIONS", Kit.imageEnvironment().get("JAVA_TOOL_OPTIONS"));
                default ->
                    assertThat(words[0])
                            .isIn("FROM", "ARG", "LABEL", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT");
            }
        }
        assertThat(at).isEqualTo(app).isNotEqualTo(build);
        return app;
    }

    private ServiceBuilder entryPoint(Path app, Map<String, String> environment) {
        List<String> entryPoint = Kit.execForm("ENTRYPOINT ");
        assertThat(entryPoint).startsWith("tini", "--", "java");
        entryPoint = entryPoint.subList(2, entryPoint.size());
        int jar = entryPoint.indexOf("-jar");
        assertThat(entryPoint).hasSize(jar + 2);
        ServiceBuilder builder = ServiceProcess.named("pod")
                .plainJvm()
                .jvm(entryPoint.subList(1, jar).toArray(String[]::new))
                .workingDirectory(app)
                .jar(Path.of(entryPoint.get(jar + 1)))
                .environment("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + temporary.resolve("classes.log"));
        environment.forEach(builder::environment);
        return builder;
    }

    /** What the image and the manifest set, but for what is otherwise here. */
    private Map<String, String> podEnvironment(int management) {
        Map<String, String> environment = Kit.imageEnvironment();
        for (JsonNode literal : Kit.yaml("kubernetes/kustomization.yaml").at("/configMapGenerator/0/literals")) {
            String[] pair = literal.asString().split("=", 2);
            environment.put(pair[0], pair[1]);
        }
        for (JsonNode variable : container().path("env")) {
            environment.put(
                    variable.path("name").asString(),
                    variable.path("value")
                            .asString("")
                            .replace("$(POD_NAME)", "masterlatch-0")
                            .replace("$(POD_NAMESPACE)", "default"));
        }
        environment.put("SERVER_ADDRESS", Loopback.HOST);
        environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(management));
        environment.put("MASTERLATCH_ZOOKEEPER_CONNECTSTRING", zooKeeper.connectString());
        return environment;
    }

    private void assertProbesSucceed(ServiceProcess instance, int management) {
        assertThat(Stream.of("startupProbe", "livenessProbe", "readinessProbe")).allSatisfy(name -> {
            JsonNode probe = container().at("/" + name + "/httpGet");
            int port = probe.path("port").asString().equals("management") ? management : instance.port();
            assertThat(status(instance, port, probe.path("path").asString())).isEqualTo(200);
        });
    }

    private Program.Result healthcheck(Map<String, String> environment) {
        List<String> command = Kit.execForm("HEALTHCHECK .* CMD ");
        assertThat(command.get(0)).isEqualTo("bash");
        return Program.installed("bash", "bash")
                .run(
                        temporary,
                        environment,
                        "",
                        command.subList(1, command.size()).toArray(String[]::new));
    }

    private String classLoading() {
        return read(temporary.resolve("classes.log"));
    }

    private static int status(ServiceProcess instance, int port, String path) {
        URI uri = URI.create("http://" + Loopback.address(port) + path);
        return instance.send(HttpRequest.newBuilder(uri)
                        .timeout(Duration.ofSeconds(60))
                        .build())
                .statusCode();
    }

    private static JsonNode container() {
        return Kit.manifest("StatefulSet", "masterlatch").at("/spec/template/spec/containers/0");
    }

    private static String scrapePath() {
        return Kit.yaml("prometheus/prometheus-kubernetes.yml")
                .at("/scrape_configs/0/metrics_path")
                .asString();
    }

    private static Path builtJar() {
        return Path.of(System.getProperty("masterlatch.jar")).toAbsolutePath();
    }

    private static Path create(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (!Files.isDirectory(target)) {
                    Files.copy(path, path.equals(from) ? to : target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
