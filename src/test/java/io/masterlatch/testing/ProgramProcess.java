package io.masterlatch.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A main class of the tests' class path as a process of its own. */
public final class ProgramProcess implements AutoCloseable {

    private final ChildProcess process;

    private ProgramProcess(ChildProcess process) {
        this.process = process;
    }

    /** Starts the program in a directory of its own, which bears the name. */
    public static ProgramProcess start(String name, Class<?> mainClass, String... arguments) {
        Path directory = Workplace.directory(name);
        List<String> command = Workplace.java(mainClass.getName(), "WARN", List.of("-Xmx64m"), arguments);
        return new ProgramProcess(ChildProcess.start(
                new ProcessBuilder(command).directory(directory.toFile()), directory.resolve("log.txt")));
    }

    /** Runs a main class of another class path than that of the tests, and waits until it ends well. */
    public static void run(String name, String classPath, Class<?> mainClass, String... arguments) {
        List<String> command = new ArrayList<>(Workplace.SMALL);
        command.addAll(List.of("-Xmx64m", "-cp", classPath, mainClass.getName()));
        command.addAll(List.of(arguments));
        ChildProcess.runJava(Path.of(System.getProperty("java.home")), Workplace.directory(name), command);
    }

    /** Stops the process in its tracks (SIGSTOP). */
    public void freeze() {
        process.freeze();
    }

    /** Lets a frozen process go on (SIGCONT). */
    public void thaw() {
        process.thaw();
    }

    /** Returns everything that was printed. */
    public String output() {
        return process.output();
    }

    /** Kills it. */
    @Override
    public void close() {
        process.close();
    }
}
