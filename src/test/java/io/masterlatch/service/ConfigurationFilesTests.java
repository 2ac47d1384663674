package io.masterlatch.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.masterlatch.autoconfigure.MisconfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

class ConfigurationFilesTests {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "'masterlatch:\n\tpath: /m\n', line 2",
        "'masterlatch: [a\n', line 1",
        "'masterlatch:\n  path: /a\n  path: /b\n', duplicate key path"
    })
    void aDamagedFileIsNamedWithTheLine(String content, String reason) throws IOException {
        Path file = Files.writeString(directory.resolve("application.yml"), content);

        assertRefused(directory + "/", file.toString(), reason);
        assertRefused(file.toString(), file.toString(), reason);
    }

    @Test
    void aFileInAnotherEncodingIsNamed() throws IOException {
        Path file = Files.write(
                directory.resolve("application.yml"),
                "masterlatch:\n  path: /größe\n".getBytes(StandardCharsets.ISO_8859_1));

        assertRefused("optional:file:" + directory + "/", file.toString(), "is no YAML in UTF-8");
    }

    @Test
    void aDirectoryInThePlaceOfAFileIsRefused() throws IOException {
        Path file = Files.createDirectory(directory.resolve("application.yml"));

        assertRefused(directory + "/", file + " is a directory", "has to be a file");
    }

    @Test
    void whatMayNotBeReadIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("application.properties"), "a=b");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(file)).as("root may read everything").isFalse();

        assertRefused(directory + "/", file.toString(), "permission denied");
    }

    @Test
    void soundFilesAndNonePass() throws IOException {
        assertThatNoException().isThrownBy(() -> check(directory + "/"));
        Files.writeString(directory.resolve("application.yml"), "masterlatch:\n  path: /m\n---\na: b\n");
        assertThatNoException().isThrownBy(() -> check(directory + "/"));
        assertThatNoException().isThrownBy(() -> check("classpath:/"));
        assertThatNoException().isThrownBy(() -> check("optional:configtree:/nowhere/*/"));
    }

    private static void check(String location) {
        ConfigurationFiles.check(new MockEnvironment().withProperty("spring.config.location", location));
    }

    private static void assertRefused(String location, String... words) {
        assertThatExceptionOfType(MisconfigurationException.class)
                .isThrownBy(() -> check(location))
                .satisfies(ex -> assertThat(ex.getMessage()).contains(words));
    }
}
