package io.masterlatch;

import io.masterlatch.beside.HttpTarget;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** The annotated string is an address that can be called over HTTP; null is left to other constraints. */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = HttpUrl.Validator.class)
@interface HttpUrl {

    String message() default
            "must begin with http:// or https:// and a host, such as http://127.0.0.1:9000/healthz, without a fragment (#)";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Reads the address and calls nobody. */
    class Validator implements ConstraintValidator<HttpUrl, String> {

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            try {
                return value == null || HttpTarget.of(value, null) != null;
            } catch (IllegalArgumentException ex) {
                return false;
            }
        }
    }
}
