package io.masterlatch.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process without memory ends, wherever the kit or the documentation starts one: half a process keeps the port and
 * answers nothing.
 */
class OutOfMemoryFlagTests {

    private static final String FLAG = "-XX:+ExitOnOutOfMemoryError";
    private static final Path ROOT = Kit.DIRECTORY.resolve("..");

    // Lines that end with a backslash go on.
    private static final Pattern COMMAND = Pattern.compile("\\bjava\\b(?:[^\\n`\\\\]|\\\\\\n)*? -jar [^\\n`]*");
    private static final Pattern OPTIONS = Pattern.compile("(?m)^[^#\\n]*\\bJAVA_TOOL_OPTIONS\\b[=:].*$");
    // Unpacking, and a start that ends by itself to leave an archive.
    private static final List<String> SHORT = List.of("-Djarmode=tools", "-Dspring.context.exit=onRefresh");

    static List<Path> files() throws IOException {
        try (Stream<Path> kit = Files.walk(Kit.DIRECTORY);
                Stream<Path> docs = Files.walk(Kit.DIRECTORY.resolveSibling("docs"))) {
            return Stream.of(Stream.of(ROOT.resolve("README.md")), docs, kit)
                    .flatMap(all -> all)
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.toString().matches(".*\\.(png|svg)"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void eachCommandHasIt(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> options = matches(OPTIONS, text);
        List<String> commands = matches(COMMAND, text).stream()
                .filter(command -> SHORT.stream().noneMatch(command::contains))
                .toList();

        assertThat(options).allSatisfy(line -> assertThat(line).contains(FLAG));
        if (options.isEmpty()) {
            assertThat(commands).allSatisfy(command -> assertThat(command).contains(FLAG));
        }
    }

    @Test
    void whatIsCheckedIsFound() throws IOException {
        assertThat(matches(OPTIONS, Kit.text("docker/Dockerfile"))).hasSize(1);
        assertThat(matches(OPTIONS, Kit.text("systemd/masterlatch.service"))).hasSize(1);
        assertThat(matches(COMMAND, Files.readString(ROOT.resolve("docs/small-and-fast.md"))))
                .hasSize(5);
        assertThat(matches(COMMAND, Files.readString(ROOT.resolve("README.md"))))
                .isNotEmpty();
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).toList();
    }
}
