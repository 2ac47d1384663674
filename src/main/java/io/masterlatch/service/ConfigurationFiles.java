package io.masterlatch.service;

import io.masterlatch.autoconfigure.MisconfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.Environment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.util.StringUtils;

/**
 * Checks the configuration files before Spring Boot reads them. Boot does not name a damaged file, and ignores a file
 * that is a directory or that it may not read.
 */
final class ConfigurationFiles {

    private static final String DEFAULT = "optional:file:./,optional:file:./config/";
    private static final String NAME = "application";

    private ConfigurationFiles() {}

    /**
     * Checks the files in the locations that Spring Boot searches.
     *
     * @throws MisconfigurationException when one cannot be read
     */
    static void check(Environment environment) {
        for (String property : List.of("spring.config.location", "spring.config.additional-location")) {
            String locations =
                    environment.getProperty(property, property.equals("spring.config.location") ? DEFAULT : "");
            for (String location : locations.split("[,;]")) {
                String place = location.strip().replaceFirst("^optional:", "").replaceFirst("^file:", "");
                if (StringUtils.hasText(place) && !place.contains(":") && !place.contains("*")) {
                    check(place);
                }
            }
        }
    }

    private static void check(String place) {
        Path path = Path.of(place);
        if (!place.endsWith("/")) {
            checkFile(path);
            return;
        }
        if (Files.isDirectory(path) && !(Files.isReadable(path) && Files.isExecutable(path))) {
            throw new MisconfigurationException(
                    "The directory " + path + " cannot be searched for configuration files: permission denied.",
                    "Give this user the right to read and search it, or remove it.");
        }
        Stream.of(".yml", ".yaml", ".properties")
                .map(end -> path.resolve(NAME + end))
                .forEach(ConfigurationFiles::checkFile);
    }

    private static void checkFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new MisconfigurationException(
                    file + " is a directory, and has to be a file.",
                    "Put a file in its place, or remove it. A container engine makes a directory when the file that is to be"
                            + " mounted there does not exist.");
        }
        if (!Files.exists(file)) {
            return;
        }
        if (!Files.isReadable(file)) {
            throw new MisconfigurationException(
                    file + " cannot be read: permission denied.", "Give this user the right to read it.");
        }
        if (file.toString().endsWith(".properties")) {
            return;
        }
        try {
            new YamlPropertySourceLoader().load(file.toString(), new FileSystemResource(file));
        } catch (IOException | RuntimeException ex) {
            throw new MisconfigurationException(
                    file + " is no YAML in UTF-8: " + ex.getMessage().strip().replace("'reader'", "the file"),
                    "Correct the file. YAML is indented by spaces, and each name occurs once.");
        }
    }
}
