package io.masterlatch.sidecar;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Finds out whether a command can be run, from the file system, as the start of a process does. */
final class ExecutableProgram {

    static final String RULE =
            "must begin with a program that this user can run, the path of a file or a name that is found on the PATH; its"
                    + " arguments follow one by one, such as [systemctl, start, app]";

    private ExecutableProgram() {}

    static boolean isExecutable(List<String> command) {
        return !command.isEmpty()
                && !command.get(0).isBlank()
                && command.stream().noneMatch(argument -> argument.indexOf('\0') >= 0)
                && isProgram(command.get(0));
    }

    private static boolean isProgram(String program) {
        if (program.indexOf('/') >= 0 || program.indexOf(File.separatorChar) >= 0) {
            return isFile(program);
        }
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return Stream.of(path.split(File.pathSeparator))
                .anyMatch(directory -> isFile(directory + File.separatorChar + program));
    }

    private static boolean isFile(String file) {
        try {
            Path path = Path.of(file);
            return Files.isRegularFile(path) && Files.isExecutable(path);
        } catch (InvalidPathException ex) {
            return false;
        }
    }
}
