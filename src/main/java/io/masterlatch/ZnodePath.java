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
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/** The annotated string is the absolute path of a znode that a client may create, so not the root or ZooKeeper's own. */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = ZnodePath.Validator.class)
@interface ZnodePath {

    String message() default
            "must be the absolute path of a znode, such as /master or /app/master: names after a / each,"
                    + " no / at the end, no empty name, no . or .. as a name, no control character, not / itself and not in"
                    + " /zookeeper";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Holds a string to ZooKeeper's own rules for a path and to ours. */
    class Validator implements ConstraintValidator<ZnodePath, String> {

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            return value != null
                    && isPath(value)
                    && !value.equals("/")
                    && !value.equals("/zookeeper")
                    && !value.startsWith("/zookeeper/");
        }

        static boolean isPath(String value) {
            try {
                PathUtils.validatePath(value);
                return true;
            } catch (IllegalArgumentException ex) {
                return false;
            }
        }
    }
}
