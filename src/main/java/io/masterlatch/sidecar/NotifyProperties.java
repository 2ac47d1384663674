package io.masterlatch.sidecar;

import io.masterlatch.autoconfigure.InvalidSettingException;
import io.masterlatch.autoconfigure.Settings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is told of every change of this instance's role or of the master it knows.
 *
 * @param webhooks Addresses to which each change is posted as JSON.
 * @param commands Programs that are run for each change.
 */
@ConfigurationProperties("masterlatch.notify")
record NotifyProperties(
        @DefaultValue List<Webhook> webhooks, @DefaultValue List<Command> commands) {

    private static final String WEBHOOKS = "masterlatch.notify.webhooks[%d].";
    private static final String COMMANDS = "masterlatch.notify.commands[%d].";

    NotifyProperties {
        for (int i = 0; i < webhooks.size(); i++) {
            webhooks.get(i).check(WEBHOOKS.formatted(i));
        }
        for (int i = 0; i < commands.size(); i++) {
            commands.get(i).check(COMMANDS.formatted(i));
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
            HttpTarget.check(prefix + "url", url);
            if (authorization != null && !authorization.matches("[ -~]*")) {
                throw new InvalidSettingException(prefix + "authorization", "******", "must be printable ASCII");
            }
            Settings.duration(prefix + "timeout", timeout, "100ms", "1m");
        }

        /** Hides what may be secret. */
        @Override
        public String toString() {
            return "webhook with a timeout of " + timeout;
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

        private void check(String prefix) {
            if (!ExecutableProgram.isExecutable(run)) {
                throw new InvalidSettingException(prefix + "run", run.isEmpty() ? null : run, ExecutableProgram.RULE);
            }
            Settings.duration(prefix + "timeout", timeout, "100ms", "1h");
        }
    }
}
