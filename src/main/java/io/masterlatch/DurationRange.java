package io.masterlatch;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** The annotated duration lies in a range, both ends allowed, and is a whole number of milliseconds. */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = DurationRange.Validator.class)
@interface DurationRange {

    /** The shortest duration allowed, in the notation of the properties: {@code 500ms}, {@code 10s}, {@code 5m}. */
    String min();

    /** The longest duration allowed, in the same notation; not beyond {@link Integer#MAX_VALUE} milliseconds. */
    String max();

    String message() default "must be a duration from {min} to {max} in whole milliseconds, such as 1500ms or 10s";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Compares with both ends; no duration at all is not in the range. */
    class Validator implements ConstraintValidator<DurationRange, Duration> {

        private Duration min = Duration.ZERO;

        private Duration max = Duration.ZERO;

        @Override
        public void initialize(DurationRange range) {
            this.min = DurationStyle.detectAndParse(range.min());
            this.max = DurationStyle.detectAndParse(range.max());
        }

        @Override
        public boolean isValid(@Nullable Duration value, ConstraintValidatorContext context) {
            return value != null
                    && value.compareTo(this.min) >= 0
                    && value.compareTo(this.max) <= 0
                    && value.toNanosPart() % 1_000_000 == 0;
        }
    }
}
