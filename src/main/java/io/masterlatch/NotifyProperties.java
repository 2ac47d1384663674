package io.masterlatch;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who is told of every change of this instance's role or of the master it knows. A property under {@code notify} that is not one of these
 * ends the start.
 *
 * @param webhooks Addresses to which each change is posted as JSON.
 * @param commands Programs that are run for each change.
 */
@Validated
@ConfigurationProperties(prefix = "notify", ignoreUnknownFields = false)
public record NotifyProperties(
        @DefaultValue List<@Valid Webhook> webhooks,
        @DefaultValue List<@Valid Command> commands) {

    /**
     * An address to which each change is posted as JSON.
     *
     * @param url The address, http or https. A user and password before the host become basic authentication.
     * @param authorization The value of the header Authorization, such as "Bearer ...". By default there is none.
     * @param timeout How long an answer may take, from 100ms to 1m.
     */
    public record Webhook(
            @NotNull(message = "must be the address to call") @HttpUrl
            String url,

            @Nullable @Pattern(regexp = "[ -~]*", message = "must be printable ASCII")
            String authorization,

            @DefaultValue("5s") @DurationRange(min = "100ms", max = "1m")
            Duration timeout) {

        /** Takes an empty header for none, as an unset variable in a shell gives one. */
        public Webhook {
            url = url == null ? null : url.strip();
            authorization = authorization == null || authorization.isBlank() ? null : authorization.strip();
        }

        /** Tells no secret. */
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
    public record Command(
            @NotNull(message = "must be a program and its arguments, one by one") @ExecutableProgram
            List<String> run,

            @DefaultValue("30s") @DurationRange(min = "100ms", max = "1h")
            Duration timeout) {}
}
