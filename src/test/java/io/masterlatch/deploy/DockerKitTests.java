package io.masterlatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the image promises and a reader of the Dockerfile, a JVM and a shell can check. {@link DeployKitIT} runs its
 * steps.
 */
class DockerKitTests {

    @TempDir
    private Path temporary;

    @Test
    void sizesCanBeChangedInTheEnvironment() {
        assertThat(flags(Map.of()))
                .containsEntry("MaxHeapSize", String.valueOf(128L << 20))
                .containsEntry("UseSerialGC", "true")
                .containsEntry("ExitOnOutOfMemoryError", "true");
        assertThat(flags(Map.of("JDK_JAVA_OPTIONS", "-Xmx200m -Xss1m")))
                .containsEntry("MaxHeapSize", String.valueOf(200L << 20))
                .containsEntry("ThreadStackSize", "1024")
                .containsEntry("ExitOnOutOfMemoryError", "true");
    }

    @Test
    void anInitIsTheFirstProcess() {
        assertThat(Kit.execForm("ENTRYPOINT ")).startsWith("tini", "--", "java");
        assertThat(Kit.dockerfile()).anyMatch(line -> line.matches("RUN .*apt-get install .*\\btini\\b.*"));
    }

    @Test
    void theImageSaysWhatItIs() {
        String labels = Kit.dockerfile()
                .filter(line -> line.startsWith("LABEL "))
                .findFirst()
                .orElseThrow();

        assertThat(Kit.dockerfile()).contains("ARG VERSION=" + Kit.projectVersion());
        assertThat(labels)
                .contains("org.opencontainers.image.title=\"MasterLatch\"")
                .contains("org.opencontainers.image.description=\"" + Kit.project("description") + "\"")
                .contains("org.opencontainers.image.version=\"${VERSION}\"")
                .contains("org.opencontainers.image.url=\"" + Kit.projectUrl() + "\"")
                .contains("org.opencontainers.image.licenses=\"Apache-2.0\"");
    }

    @Test
    void theBuildGetsWhatItCopiesAndNeedsNoBuildBefore() {
        Path checkout = Kit.DIRECTORY.resolveSibling("");
        List<String> admitted = Kit.text("docker/Dockerfile.dockerignore")
                .lines()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();

        assertThat(admitted).noneMatch(name -> name.startsWith("target"));
        assertThat(Kit.dockerfile()
                        .filter(line -> line.startsWith("COPY ") && !line.startsWith("COPY --from"))
                        .flatMap(line -> Stream.of(line.split(" ")).skip(1))
                        .filter(word -> !word.startsWith("./") && !word.equals("src/main/")))
                .containsExactly("mvnw", "pom.xml", "docs/openapi.yaml", "docs/");
        assertThat(admitted)
                .containsExactly("mvnw", "pom.xml", "docs/openapi.yaml", "src/main/")
                .allSatisfy(name -> assertThat(checkout.resolve(name)).exists());
    }

    @Test
    void theHealthCheckIsOneProcessThatTheShellUnderstands() {
        List<String> command = Kit.execForm("HEALTHCHECK .* CMD ");

        assertThat(command).startsWith("bash", "-c").hasSize(3);
        assertThat(command.get(2)).doesNotContain("|", "$(", "`");
        Program.installed("bash", "bash")
                .run(temporary, Map.of(), "", "-n", "-c", command.get(2))
                .assertOk();
    }

    /** Returns the flags of a JVM that starts as in the image. */
    private Map<String, String> flags(Map<String, String> more) {
        List<String> entryPoint = Kit.execForm("ENTRYPOINT ");
        List<String> command =
                new ArrayList<>(entryPoint.subList(entryPoint.indexOf("java"), entryPoint.indexOf("-jar")));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+PrintFlagsFinal", "-version"));
        Map<String, String> environment = new HashMap<>(Kit.imageEnvironment());
        environment.putAll(more);

        Matcher flag = Pattern.compile("(?m)^ *\\S+ (\\w+) += (\\S+) ")
                .matcher(Program.run(temporary, environment, "", command)
                        .assertOk()
                        .output());
        Map<String, String> flags = new HashMap<>();
        flag.results().forEach(found -> flags.put(found.group(1), found.group(2)));
        return flags;
    }
}
