package io.masterlatch;

import io.masterlatch.BundleLoader.UnusableBundle;
import io.masterlatch.zookeeper.SessionFile;
import io.masterlatch.zookeeper.SessionFile.Outcome;
import io.masterlatch.zookeeper.SessionFile.Release;
import io.masterlatch.zookeeper.SessionFileException;
import io.masterlatch.zookeeper.Transport;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Closes the session that a killed instance has left in its session file. Runs without Spring and without a logger, since somebody
 * waits for a master.
 */
final class ReleaseCommand {

    /** The first argument that asks for it. */
    static final String NAME = "release";

    private static final String PROPERTY = "master.session-file";
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int ALIVE = 3;

    private static final String USAGE = """
            Usage: java -jar masterlatch.jar release [FILE | --master.session-file=FILE] [--NAME=VALUE ...]

            Closes the ZooKeeper session that a killed instance has left in FILE, so that another becomes
            master at once. Without FILE it is the one that the system property master.session-file or the
            variable MASTER_SESSION_FILE names. To be run as the instance's user, when the instance has died.

            If the instance spoke TLS, the same SSL bundle is needed: its settings are looked for where the
            instance would find them, in this directory, in the environment and in the further arguments.

            Exit codes:
              0  the session is closed, or there is nothing to close
              1  it could not be closed and will expire: no server answered, or the file is damaged, a copy,
                 from before the machine's last start, or cannot be used, or there is no such SSL bundle
              2  wrong usage
              3  the process that has the session is alive, and nothing was done
            """;

    private final PrintStream out;
    private final PrintStream err;

    ReleaseCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command.
     *
     * @param args the arguments after the command's name
     * @param settings where the file is named if not by the arguments
     * @return the exit code
     */
    int run(List<String> args, EarlySettings settings) {
        if (args.equals(List.of("--help")) || args.equals(List.of("-h"))) {
            out.print(USAGE);
            return DONE;
        }
        List<String> files = args.stream().filter(arg -> !arg.startsWith("-")).toList();
        List<String> options = args.stream().filter(arg -> arg.startsWith("-")).toList();
        long named = files.size()
                + options.stream()
                        .filter(option -> option.startsWith("--" + PROPERTY + "="))
                        .count();
        boolean understood = named <= 1 && options.stream().allMatch(option -> option.matches("--[^=]+=.*"));
        if (!understood) {
            return wrong("Not understood: " + String.join(" ", args));
        }
        String name = files.isEmpty() ? settings.value(PROPERTY) : files.get(0);
        if (name == null || name.isBlank()) {
            return wrong("No file is named");
        }
        return release(name, options);
    }

    private int release(String name, List<String> options) {
        try {
            Optional<Release> release =
                    release(Path.of(name), null, bundle -> BundleLoader.load(bundle, options.toArray(String[]::new)));
            if (release.isEmpty()) {
                out.println("There is no file " + name + ", and so no session to close");
                return DONE;
            }
            Outcome outcome = release.get().outcome();
            boolean failed = outcome == Outcome.UNREACHABLE || outcome == Outcome.IGNORED;
            (failed ? err : out).println(release.get().message());
            return failed ? FAILED : DONE;
        } catch (SessionFileException unusable) {
            err.println(unusable.getMessage() + ". " + unusable.remedy());
            return unusable.inUse() ? ALIVE : FAILED;
        } catch (UnusableBundle noBundle) {
            err.println("The session in " + name + " was made through TLS. " + noBundle.getMessage());
            return FAILED;
        } catch (InvalidPathException unreadable) {
            return wrong("Not a path: " + name);
        }
    }

    private int wrong(String what) {
        err.println(what);
        err.print(USAGE);
        return WRONG_USAGE;
    }

    /**
     * Does the same at the start of an instance that is told of its session file in time. Says nothing of failures: the instance comes
     * upon them again when it takes the file. So it does upon a session that was made through TLS, for which too much would have to be
     * read now.
     *
     * @return what was done, in words, if anything
     */
    static Optional<String> runEarly(EarlySettings settings) {
        String name = settings.value(PROPERTY);
        if (name == null) {
            return Optional.empty();
        }
        String connectString = settings.value("zookeeper.connect-string");
        try {
            return release(
                            Path.of(name),
                            connectString == null ? null : connectString.replaceFirst("/.*", ""),
                            bundle -> null)
                    .filter(release -> release.outcome() == Outcome.CLOSED || release.outcome() == Outcome.GONE)
                    .map(Release::message);
        } catch (SessionFileException | InvalidPathException later) {
            return Optional.empty();
        }
    }

    private static Optional<Release> release(
            Path path, @Nullable String servers, Function<String, @Nullable Transport> transports) {
        Optional<SessionFile> found = SessionFile.find(path);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (SessionFile file = found.get()) {
            String bundle = file.leftBundle();
            Transport transport = bundle == null ? Transport.PLAIN : transports.apply(bundle);
            return transport == null ? Optional.empty() : Optional.of(file.release(servers, transport));
        }
    }
}
