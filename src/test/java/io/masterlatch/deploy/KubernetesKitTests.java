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

/** What has to agree in the manifests, and between them, the image and Prometheus. */
class KubernetesKitTests {

    @TempDir
    private Path temporary;

    private final JsonNode set = Kit.manifest("StatefulSet", "masterlatch");
    private final JsonNode container = set.at("/spec/template/spec/containers/0");

    @Test
    void whatSelectsPodsSelectsThese() {
        assertThat(Kit.manifests()).allSatisfy(object -> {
            assertThat(object.path("apiVersion").asString()).isNotEmpty();
            String name =
                    object.at("/metadata/labels").path("app.kubernetes.io/name").asString();
            List<JsonNode> selectors = Stream.of(
                            "/spec/selector/matchLabels", "/spec/podSelector/matchLabels", "/spec/selector")
                    .map(object::at)
                    .filter(selector -> selector.has("app.kubernetes.io/name"))
                    .toList();
            assertThat(selectors)
                    .allMatch(selector ->
                            selector.path("app.kubernetes.io/name").asString().equals(name));
            assertThat(selectors.isEmpty())
                    .isEqualTo(object.path("kind").asString().equals("ConfigMap"));
        });
        assertThat(set.at("/spec/template/metadata/labels")).isEqualTo(set.at("/spec/selector/matchLabels"));
        assertThat(set.at("/spec/replicas").asInt()).isEqualTo(3);
        assertThat(Kit.manifest("PodDisruptionBudget", "masterlatch")
                        .at("/spec/maxUnavailable")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void portsAgree() {
        List<String> ports = container
                .path("ports")
                .valueStream()
                .map(port -> port.path("name").asString())
                .toList();
        assertThat(ports).containsExactly("http", "management");
        assertThat(port("http")).isEqualTo(environment("SERVER_PORT"));
        assertThat(port("management")).isEqualTo(environment("MANAGEMENT_SERVER_PORT"));
        assertThat(Kit.manifests().stream()
                        .filter(object -> object.path("kind").asString().equals("Service"))
                        .flatMap(service -> service.at("/spec/ports").valueStream()))
                .hasSize(4)
                .allMatch(port -> ports.contains(port.path("targetPort").asString()));
        assertThat(Stream.of("startupProbe", "livenessProbe", "readinessProbe"))
                .allMatch(probe -> ports.contains(
                        container.at("/" + probe + "/httpGet/port").asString()));
        assertThat(Kit.dockerfile())
                .contains(
                        "ENV SERVER_ADDRESS=0.0.0.0 SERVER_PORT=" + port("http") + " MANAGEMENT_SERVER_PORT="
                                + port("management"),
                        "EXPOSE " + port("http") + " " + port("management"));
    }

    @Test
    void theAdvertisedAddressIsANameOfTheHeadlessService() {
        String service = set.at("/spec/serviceName").asString();

        assertThat(environment("MASTERLATCH_ADDRESS"))
                .isEqualTo("$(POD_NAME)." + service + ".$(POD_NAMESPACE).svc:" + port("http"));
        assertThat(Kit.manifest("Service", service).at("/spec/clusterIP").asString())
                .isEqualTo("None");
        assertThat(Kit.manifest("Service", service)
                        .at("/spec/publishNotReadyAddresses")
                        .asBoolean())
                .isTrue();
        assertThat(Kit.text("prometheus/prometheus-kubernetes.yml"))
                .contains("_management._tcp." + service + ".default.svc.cluster.local");
    }

    @Test
    void noPodMayDoMoreThanItMust() {
        assertThat(Stream.of(set, Kit.manifest("Deployment", "masterlatch-master")))
                .allSatisfy(workload -> {
                    JsonNode pod = workload.at("/spec/template/spec");
                    assertThat(pod.path("automountServiceAccountToken").asBoolean(true))
                            .isFalse();
                    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean())
                            .isTrue();
                    assertThat(pod.at("/securityContext/seccompProfile/type").asString())
                            .isEqualTo("RuntimeDefault");
                    JsonNode security = pod.at("/containers/0/securityContext");
                    assertThat(security.path("readOnlyRootFilesystem").asBoolean())
                            .isTrue();
                    assertThat(security.path("allowPrivilegeEscalation").asBoolean(true))
                            .isFalse();
                    assertThat(security.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
                    assertThat(pod.at("/containers/0/resources/limits/memory").asString())
                            .isNotEmpty();
                    assertThat(pod.at("/containers/0/resources/limits").has("cpu"))
                            .isFalse();
                    assertThat(pod.at("/containers/0/volumeMounts")
                                    .valueStream()
                                    .map(mount -> mount.path("name").asString()))
                            .containsExactlyElementsOf(pod.path("volumes")
                                    .valueStream()
                                    .map(volume -> volume.path("name").asString())
                                    .toList());
                });
        String user = set.at("/spec/template/spec/securityContext/runAsUser").asString();
        assertThat(Kit.dockerfile()).contains("USER " + user + ":" + user);
    }

    @Test
    void haproxyAcceptsTheProxysConfiguration() throws IOException {
        String configuration = Kit.manifest("ConfigMap", "masterlatch-master")
                .path("data")
                .path("haproxy.cfg")
                .asString();
        assertThat(configuration.lines().filter(line -> line.startsWith("  server masterlatch-")))
                .hasSize(set.at("/spec/replicas").asInt());
        Files.writeString(temporary.resolve("haproxy.cfg"), configuration);

        Program.installed("haproxy", "haproxy")
                .run(temporary, Map.of("POD_NAMESPACE", "default"), "", "-c", "-f", "haproxy.cfg")
                .assertOk();
    }

    private String port(String name) {
        return container
                .path("ports")
                .valueStream()
                .filter(port -> port.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow()
                .path("containerPort")
                .asString();
    }

    private String environment(String name) {
        return container
                .path("env")
                .valueStream()
                .filter(variable -> variable.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow()
                .path("value")
                .asString();
    }
}
