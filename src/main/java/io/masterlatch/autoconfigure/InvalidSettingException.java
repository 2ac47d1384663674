package io.masterlatch.autoconfigure;

import org.jspecify.annotations.Nullable;

/** Thrown when a setting has a value that is not allowed. The report names the place of the setting. */
public final class InvalidSettingException extends IllegalArgumentException {

    private final String name;
    private final @Nullable Object value;
    private final String rule;

    /**
     * Creates an exception for one setting.
     *
     * @param name full name of the setting, such as {@code masterlatch.lease}
     * @param value its value; null when it is not set
     * @param rule what is allowed, beginning with "must", without a full stop
     */
    public InvalidSettingException(String name, @Nullable Object value, String rule) {
        super(name + " " + rule);
        this.name = name;
        this.value = value;
        this.rule = rule;
    }

    String name() {
        return name;
    }

    @Nullable
    Object value() {
        return value;
    }

    String rule() {
        return rule;
    }
}
