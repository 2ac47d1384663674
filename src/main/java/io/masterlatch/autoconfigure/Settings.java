package io.masterlatch.autoconfigure;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** Checks settings, for the constructors of the records that hold them. */
public final class Settings {

    private Settings() {}

    /**
     * Checks that a duration is in a range, ends included, and a whole number of milliseconds. Returns it.
     *
     * @param name full name of the setting
     * @param value its value
     * @param min the shortest duration allowed, in the notation of the settings, such as {@code 500ms}
     * @param max the longest duration allowed
     * @throws InvalidSettingException when it is not
     */
    public static Duration duration(String name, @Nullable Duration value, String min, String max) {
        if (value == null
                || value.compareTo(DurationStyle.SIMPLE.parse(min)) < 0
                || value.compareTo(DurationStyle.SIMPLE.parse(max)) > 0
                || value.toNanosPart() % 1_000_000 != 0) {
            throw new InvalidSettingException(
                    name,
                    value == null ? null : text(value),
                    "must be a duration from %s to %s in whole milliseconds, such as 1500ms or 10s"
                            .formatted(min, max));
        }
        return value;
    }

    /**
     * Checks that a number is in a range, ends included. Returns it.
     *
     * @param name full name of the setting
     * @param value its value
     * @param min the smallest number allowed
     * @param max the greatest number allowed
     * @param what what is counted, such as "a number of clients"
     * @throws InvalidSettingException when it is not
     */
    public static int number(String name, int value, int min, int max, String what) {
        if (value < min || value > max) {
            throw new InvalidSettingException(name, value, "must be %s from %d to %d".formatted(what, min, max));
        }
        return value;
    }

    /** Returns the text without surrounding space; null for an empty one, such as an unset variable of a shell. */
    public static @Nullable String text(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Returns a duration in the notation of the settings. */
    public static String text(Duration duration) {
        return duration.toNanosPart() % 1_000_000 != 0
                ? duration.toString()
                : duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
