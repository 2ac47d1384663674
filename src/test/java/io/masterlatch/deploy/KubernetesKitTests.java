package io.masterlatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        assertThat(Kit.imageEnvironment())
                .containsEntry("SERVER_ADDRESS", "0.0.0.0")
                .containsEntry("SERVER_PORT", port("http"))
                .containsEntry("MANAGEMENT_SERVER_PORT", port("management"));
        assertThat(Kit.dockerfile()).contains("EXPOSE " + port("http") + " " + port("management"));
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
        // More places than replicas, so that a larger number of replicas needs no other proxy.
        Matcher template = Pattern.compile("(?m)^  server-template masterlatch- (\\d+) \"(\\S+?)\\.\\$\\{POD_NAMESPACE}"
                        + "\\.svc\\.cluster\\.local:(\\d+)\"$")
                .matcher(configuration);
        assertThat(template.find()).isTrue();
        assertThat(Integer.parseInt(template.group(1)))
                .isGreaterThan(set.at("/spec/replicas").asInt());
        assertThat(template.group(2)).isEqualTo(set.at("/spec/serviceName").asString());
        assertThat(template.group(3)).isEqualTo(port("http"));
        Files.writeString(temporary.resolve("haproxy.cfg"), configuration);

        Program.installed("haproxy", "haproxy")
                .run(temporary, Map.of("POD_NAMESPACE", "default"), "", "-c", "-f", "haproxy.cfg")
                .assertOk();
    }

    @Test
    void everyProxyWaitsLongerThanALongPoll() {
        assertThat(List.of(
                        Kit.text("haproxy/haproxy.cfg"),
                        Kit.text("compose/haproxy.cfg"),
                        Kit.text("kubernetes/master-proxy.yaml")))
                .allSatisfy(proxy -> assertThat(Pattern.compile("timeout (?:client|server) (\\d+)s")
                                .matcher(proxy)
                                .results()
                                .map(timeout -> Integer.valueOf(timeout.group(1))))
                        .hasSize(2)
                        .allMatch(seconds -> seconds >= 60));
    }

    @Test
    void updatesAndDrainsLeaveEnoughInstances() {
        assertThat(set.at("/spec/minReadySeconds").asInt()).isPositive();
        assertThat(Kit.manifest("PodDisruptionBudget", "masterlatch")
                        .at("/spec/unhealthyPodEvictionPolicy")
                        .asString())
                .isEqualTo("AlwaysAllow");
        assertThat(set.at("/spec/template/spec/topologySpreadConstraints")
                        .valueStream()
                        .map(spread -> spread.path("topologyKey").asString()))
                .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
    }

    @Test
    void whatPodsMayReachIsListed() {
        JsonNode policy = Kit.manifest("NetworkPolicy", "masterlatch").path("spec");
        JsonNode proxy = Kit.manifest("NetworkPolicy", "masterlatch-master").path("spec");
        String ensemble = Kit.yaml("kubernetes/kustomization.yaml")
                .at("/configMapGenerator/0/literals/0")
                .asString();

        assertThat(List.of(policy, proxy)).allSatisfy(each -> {
            assertThat(each.path("policyTypes").valueStream().map(JsonNode::asString))
                    .containsExactly("Ingress", "Egress");
            assertThat(each.at("/egress/0/ports/0/port").asInt()).isEqualTo(53);
        });
        assertThat(policy.at("/egress/1/ports").findValuesAsString("port"))
                .contains(ensemble.substring(ensemble.lastIndexOf(':') + 1));
        assertThat(proxy.at("/egress/1/ports/0/port").asString()).isEqualTo(port("http"));
        assertThat(proxy.at("/egress/1/to/0/podSelector/matchLabels")).isEqualTo(set.at("/spec/selector/matchLabels"));
    }

    @Test
    void theOperatorsRulesAreThoseOfPrometheus() {
        assertThat(Kit.yaml("kubernetes/monitoring/prometheusrule.yaml").path("spec"))
                .as("made from deploy/prometheus/rules.yml by the command at its head")
                .isEqualTo(Kit.yaml("prometheus/rules.yml"));
    }

    @Test
    void theOperatorScrapesTheManagementPort() {
        JsonNode monitor = Kit.yaml("kubernetes/monitoring/podmonitor.yaml").path("spec");

        assertThat(monitor.path("selector")).isEqualTo(set.at("/spec/selector"));
        assertThat(monitor.at("/podMetricsEndpoints/0/port").asString()).isEqualTo("management");
        assertThat(monitor.at("/podMetricsEndpoints/0/path"))
                .isEqualTo(Kit.yaml("prometheus/prometheus-kubernetes.yml").at("/scrape_configs/0/metrics_path"));
    }

    @Test
    void aSidecarIsStartedBeforeTheApplicationAndTalksToItOverLoopback() {
        JsonNode pod = Kit.documents("kubernetes/sidecar/app.yaml").get(0).at("/spec/template/spec");
        JsonNode sidecar = pod.at("/initContainers/0");
        JsonNode kustomization = Kit.yaml("kubernetes/sidecar/kustomization.yaml");
        String application = pod.at("/containers/0/ports/0/containerPort").asString();

        assertThat(sidecar.path("restartPolicy").asString()).isEqualTo("Always");
        assertThat(List.of("securityContext", "resources", "startupProbe", "livenessProbe", "volumeMounts"))
                .allSatisfy(field -> assertThat(sidecar.path(field)).isEqualTo(container.path(field)));
        assertThat(sidecar.path("env").valueStream())
                .anyMatch(variable -> variable.path("name").asString().equals("MASTERLATCH_ADDRESS")
                        && variable.path("value").asString().endsWith(":" + application));
        assertThat(kustomization.at("/configMapGenerator/0/literals").valueStream())
                .extracting(JsonNode::asString)
                .contains(
                        "MASTERLATCH_HEALTHGATE_URL=http://127.0.0.1:" + application
                                + pod.at("/containers/0/readinessProbe/httpGet/path")
                                        .asString(),
                        "MASTERLATCH_NOTIFY_WEBHOOKS_0_URL=http://127.0.0.1:" + application + "/role");
        assertThat(kustomization.at("/configMapGenerator/0/name"))
                .isEqualTo(sidecar.at("/envFrom/0/configMapRef/name"));
    }

    @Test
    void kustomizeBuildsItAllWithAnImageThatIsNamedOnce() throws IOException {
        copy(Kit.file("kubernetes"), temporary.resolve("kubernetes"));
        Path overlay = Files.createDirectory(temporary.resolve("overlay"));
        Files.writeString(overlay.resolve("kustomization.yaml"), """
                resources: [../kubernetes, ../kubernetes/sidecar]
                components: [../kubernetes/monitoring]
                images:
                  - {name: masterlatch, newName: registry.example.com/masterlatch, newTag: "7"}
                """);

        String built = Program.installed("kubectl", "kubernetes-client")
                .run(overlay, "kustomize", ".")
                .assertOk()
                .output();

        List<JsonNode> objects = Kit.parse(built);
        assertThat(objects.stream().map(object -> object.path("kind").asString()))
                .contains("StatefulSet", "Deployment", "PodMonitor", "PrometheusRule", "ConfigMap", "NetworkPolicy");
        assertThat(objects.stream()
                        .flatMap(object -> object.at("/spec/template/spec").findValuesAsString("image").stream()))
                .containsExactlyInAnyOrder(
                        "haproxy:2.6",
                        "registry.example.com/masterlatch:7",
                        "registry.example.com/masterlatch:7",
                        "registry.example.com/app:1.0");
    }

    @Test
    void theImagesVersionIsThatOfTheProject() {
        assertThat(Stream.of("kubernetes/kustomization.yaml", "kubernetes/sidecar/kustomization.yaml"))
                .allSatisfy(file -> assertThat(Kit.yaml(file).path("images").valueStream())
                        .anyMatch(image -> image.path("name").asString().equals("masterlatch")
                                && image.path("newTag").asString().equals(Kit.projectVersion())));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
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
