package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.InvalidSettingException;
import io.masterlatch.autoconfigure.Settings;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The targets that are notified of every change of this instance's role or of the master it knows.
 *
 * @param webhooks Addresses to which each change is posted as JSON. For https, the SSL bundle that
 * spring.http.clients.ssl.bundle names is used.
 * @param commands Programs that are run for each change.
 */
@ConfigurationProperties("masterlatch.notify")
record NotifyProperties(
        @DefaultValue List<Webhook> webhooks, @DefaultValue List<Command> commands) {

    static final String WEBHOOKS = "masterlatch.notify.webhooks";
    static final String COMMANDS = "masterlatch.notify.commands";

    NotifyProperties {
        for (int i = 0; i < webhooks.size(); i++) {
            webhooks.get(i).check(WEBHOOKS + "[" + i + "].");
        }
        for (int i = 0; i < commands.size(); i++) {
            commands.get(i).check(COMMANDS + "[" + i + "].");
        }
    }

    /**
     * An address to which each change is posted as JSON.
     *
     * @param url The address, http or https. A user and password before the host become basic authentication.
     * @param authorization The value of the header Authorization, such as "Bearer ...". By default there is none.
     * @param timeout How long an answer may take, from 100ms to 1m.
     */
    record Webhook(
            String url,
            @Nullable String authorization,
            @DefaultValue("5s") Duration timeout) {

        Webhook {
            url = url == null ? "" : url.strip();
            authorization = Settings.text(authorization);
        }

        private void check(String prefix) {
            HttpTarget.of(prefix + "url", url, authorization);
            if (authorization != null && !authorization.matches("[ -~]*")) {
                throw new InvalidSettingException(prefix + "authorization", "******", "must be printable ASCII");
            }
            Settings.duration(prefix + "timeout", timeout, "100ms", "1m");
        }

        HttpTarget target() {
            return HttpTarget.of(WEBHOOKS, url, authorization);
        }

        /** Hides what may be secret. */
        @Override
        public String toString() {
            return "webhook with a timeout of " + Settings.text(timeout);
        }
    }

    /**
     * A program that is run for each change, without a shell.
     *
     * @param run The program and its arguments, one by one.
     * @param timeout How long it may run, from 100ms to 1h, before it is ended.
     */
    record Command(
            @DefaultValue List<String> run,
            @DefaultValue("30s") Duration timeout) {

        private static final String EXECUTABLE =
                "must begin with a program that this user can run, the path of a file or a name that is found on the PATH;"
                        + " its arguments follow one by one, such as [systemctl, start, app]";

        private void check(String prefix) {
            if (!isExecutable()) {
                throw new InvalidSettingException(prefix + "run", run.isEmpty() ? null : run, EXECUTABLE);
            }
            Settings.duration(prefix + "timeout", timeout, "100ms", "1h");
        }

        /** Looks for the program as the start of a process does. */
        private boolean isExecutable() {
            if (run.isEmpty() || run.get(0).isBlank() || String.join("", run).indexOf('\0') >= 0) {
                return false;
            }
            File program = new File(run.get(0));
            String path = run.get(0).contains("/") ? null : System.getenv("PATH");
            return path == null
                    ? isExecutable(program)
                    : Stream.of(path.split(File.pathSeparator))
                            .anyMatch(directory -> isExecutable(new File(directory, run.get(0))));
        }

        private static boolean isExecutable(File program) {
            return program.isFile() && program.canExecute();
        }
    }
}
