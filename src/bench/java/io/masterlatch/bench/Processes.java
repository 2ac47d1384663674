package io.masterlatch.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Starts this program's own classes in other processes, which never outlive it. */
final class Processes {

    private static final Set<Process> running = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(Process::destroyForcibly)));
    }

    private Processes() {}

    /** Returns the command that runs a main class with this program's class path. */
    static List<String> java(List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String property : List.of("logback.configurationFile", "quiet.level")) {
            command.add("-D" + property + "=" + System.getProperty(property, ""));
        }
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts it; its output is for the caller to read, its errors are this program's. */
    static Process start(List<String> command) throws IOException {
        return started(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
    }

    /** Starts it; its errors are for the caller to read, its output goes nowhere, or into a pipe that is never read. */
    static Process startReporting(List<String> command, boolean unreadOutput) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        return started(unreadOutput ? builder : builder.redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }

    private static Process started(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        running.add(process);
        process.onExit().thenAccept(running::remove);
        return process;
    }

    /** Sends a signal by its name. */
    static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }
}
