package io.masterlatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systemd unit in systemd's own eyes. */
class SystemdKitTests {

    private static final String UNIT = "masterlatch.service";
    /** systemd's scale has ten for a unit that is not confined at all; this is in tenths. */
    private static final String MOST_EXPOSED = "20";

    @TempDir
    private Path temporary;

    @Test
    void systemdUnderstandsEveryLine() throws IOException {
        copyWithThisJava();

        Program.Result verdict = systemdAnalyze().run(temporary, "verify", "--man=no", "./" + UNIT);

        // What it does not understand it only remarks on.
        assertThat(verdict.assertOk().output()).isEmpty();
    }

    @Test
    void theServiceIsConfined() throws IOException {
        copyWithThisJava();

        systemdAnalyze()
                .run(temporary, "security", "--offline=true", "--no-pager", "--threshold=" + MOST_EXPOSED, "./" + UNIT)
                .assertOk();
    }

    @Test
    void thePasswordIsACredentialUnderTheNameOfItsSetting() {
        assertThat(Kit.unit("LoadCredential")).containsExactly("masterlatch.zookeeper.auth.password");
        assertThat(Kit.unitEnvironment(temporary))
                .containsEntry("SPRING_CONFIG_IMPORT", "optional:configtree:" + temporary + "/");
    }

    @Test
    void sizesCanBeChangedInTheEnvironmentFileWhichIsOptional() {
        assertThat(Kit.unit("EnvironmentFile")).containsExactly("-/etc/masterlatch/environment");
        assertThat(Kit.unit("ExecStart")).containsExactly("/usr/bin/java -jar /opt/masterlatch/masterlatch.jar");
        assertThat(Kit.unitEnvironment(temporary).get("JAVA_TOOL_OPTIONS"))
                .contains("-Xmx128m", "-XX:+ExitOnOutOfMemoryError");
    }

    private void copyWithThisJava() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Files.writeString(temporary.resolve(UNIT), Kit.text("systemd/" + UNIT).replace("/usr/bin/java", java));
    }

    private static Program systemdAnalyze() {
        return Program.installed("systemd-analyze", "systemd");
    }
}
