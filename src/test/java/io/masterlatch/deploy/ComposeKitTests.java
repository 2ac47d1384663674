package io.masterlatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The trial of several containers, as far as it can be read: nothing here runs a container. */
class ComposeKitTests {

    private static final JsonNode SERVICES = Kit.yaml("compose/compose.yaml").path("services");
    private static final List<String> INSTANCES = List.of("masterlatch-1", "masterlatch-2", "masterlatch-3");
    private static final List<String> ZOOKEEPERS = List.of("zookeeper-1", "zookeeper-2", "zookeeper-3");

    @TempDir
    private Path temporary;

    @Test
    void thereAreThreeServersThreeInstancesAndWhatWatchesThem() {
        assertThat(SERVICES.propertyNames())
                .containsExactlyInAnyOrderElementsOf(Stream.of(
                                ZOOKEEPERS.stream(), INSTANCES.stream(), Stream.of("haproxy", "prometheus", "grafana"))
                        .flatMap(names -> names)
                        .toList());
    }

    @Test
    void filesThatAreMountedExist() {
        assertThat(SERVICES.valueStream()
                        .flatMap(service -> service.path("volumes").valueStream())
                        .map(volume -> volume.asString().split(":")))
                .hasSizeGreaterThan(5)
                .allSatisfy(volume -> {
                    assertThat(Kit.file("compose").resolve(volume[0])).isRegularFile();
                    assertThat(volume).hasSize(3).endsWith("ro");
                });
    }

    @Test
    void portsAreThoseOfThisMachineAloneAndEachIsTakenOnce() {
        List<String[]> ports = SERVICES.valueStream()
                .flatMap(service -> service.path("ports").valueStream())
                .map(port -> port.asString().split(":"))
                .toList();

        assertThat(ports).hasSize(6).allSatisfy(port -> assertThat(port[0]).isEqualTo("127.0.0.1"));
        assertThat(ports.stream().map(port -> port[1])).doesNotHaveDuplicates();
        assertThat(INSTANCES)
                .allSatisfy(
                        name -> assertThat(SERVICES.at("/" + name + "/ports/0").asString())
                                .endsWith(":" + Kit.imageEnvironment().get("SERVER_PORT")));
        assertThat(Kit.text("compose/haproxy.cfg"))
                .contains("bind :" + SERVICES.at("/haproxy/ports/0").asString().split(":")[2]);
        assertThat(Kit.json("grafana/masterlatch.json").at("/templating/list").valueStream())
                .filteredOn(variable -> variable.path("name").asString().equals("page"))
                .extracting(variable -> variable.path("query").asString())
                .containsExactly("http://localhost:"
                        + SERVICES.at("/masterlatch-1/ports/0").asString().split(":")[1] + "/");
    }

    @Test
    void eachInstanceIsTheImageOfTheKitAndKnowsTheEnsemble() {
        assertThat(INSTANCES).allSatisfy(name -> {
            JsonNode instance = SERVICES.path(name);
            assertThat(instance.path("hostname").asString()).isEqualTo(name);
            assertThat(instance.path("image").asString()).isEqualTo("masterlatch:" + Kit.projectVersion());
            Path context = Kit.file("compose")
                    .resolve(instance.at("/build/context").asString())
                    .normalize();
            assertThat(context.resolve("pom.xml")).exists();
            assertThat(context.resolve(instance.at("/build/dockerfile").asString()))
                    .isRegularFile();
            assertThat(instance.at("/environment/MASTERLATCH_ZOOKEEPER_CONNECTSTRING")
                            .asString())
                    .isEqualTo(String.join(":2181,", ZOOKEEPERS) + ":2181");
            assertThat(instance.path("stop_grace_period").asString())
                    .isEqualTo(Kit.manifest("StatefulSet", "masterlatch")
                                    .at("/spec/template/spec/terminationGracePeriodSeconds")
                                    .asString()
                            + "s");
        });
        for (String name : ZOOKEEPERS) {
            String number = name.substring(name.length() - 1);
            assertThat(SERVICES.at("/" + name + "/environment/ZOO_MY_ID").asString())
                    .isEqualTo(number);
            assertThat(ZOOKEEPERS)
                    .allSatisfy(each -> assertThat(SERVICES.at("/" + each + "/environment/ZOO_SERVERS")
                                    .asString())
                            .contains("server." + number + "=" + name + ":2888:3888;2181"));
        }
    }

    @Test
    void theProxyAndPrometheusKnowEachInstance() {
        assertThat(Kit.text("compose/haproxy.cfg").lines().filter(line -> line.startsWith("    server ")))
                .containsExactlyElementsOf(INSTANCES.stream()
                        .map(name -> "    server " + name + " " + name + ":"
                                + Kit.imageEnvironment().get("SERVER_PORT") + " check")
                        .toList());
        assertThat(Kit.yaml("compose/prometheus.yml")
                        .at("/scrape_configs/0/static_configs/0/targets")
                        .valueStream()
                        .map(JsonNode::asString))
                .containsExactlyElementsOf(INSTANCES.stream()
                        .map(name -> name + ":" + Kit.imageEnvironment().get("MANAGEMENT_SERVER_PORT"))
                        .toList());
        assertThat(Kit.yaml("compose/grafana-datasources.yml")
                        .at("/datasources/0/url")
                        .asString())
                .isEqualTo("http://prometheus:"
                        + SERVICES.at("/prometheus/ports/0").asString().split(":")[2]);
        assertThat(Kit.yaml("kubernetes/kustomization.yaml").path("images").valueStream())
                .anyMatch(image -> SERVICES.at("/haproxy/image")
                        .asString()
                        .equals(image.path("newName").asString() + ":"
                                + image.path("newTag").asString()));
    }

    @Test
    void haproxyAndPromtoolAcceptTheirFiles() throws IOException {
        Files.writeString(temporary.resolve("haproxy.cfg"), Kit.text("compose/haproxy.cfg"));
        Files.writeString(temporary.resolve("prometheus.yml"), Kit.text("compose/prometheus.yml"));
        Files.writeString(temporary.resolve("rules.yml"), Kit.text("prometheus/rules.yml"));

        Program.installed("haproxy", "haproxy")
                .run(temporary, Map.of(), "", "-c", "-f", "haproxy.cfg")
                .assertOk();
        Program.installed("promtool", "prometheus")
                .run(temporary, "check", "config", "--lint-fatal", "prometheus.yml")
                .assertOk();
    }
}
