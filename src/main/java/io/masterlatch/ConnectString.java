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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The annotated string is a ZooKeeper connect string; null is left to other constraints. */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = ConnectString.Validator.class)
@interface ConnectString {

    String message() default
            "must be the ensemble's servers as host:port with commas between, with an optional chroot at"
                    + " the very end, such as zk1.example.com:2181,zk2.example.com:2181,[2001:db8::3]:2181/app: ports from 1 to"
                    + " 65535 (2181 when left out), no empty entry, a chroot only once and without / at its end";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Stricter than ZooKeeper's own parser, which skips empty entries and cuts an IPv6 address without brackets. */
    class Validator implements ConstraintValidator<ConnectString, String> {

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            if (value == null) {
                return true;
            }
            int slash = value.indexOf('/');
            String servers = slash < 0 ? value : value.substring(0, slash);
            String chroot = slash < 0 ? "/" : value.substring(slash);
            return ZnodePath.Validator.isPath(chroot)
                    && chroot.indexOf(',') < 0
                    && Stream.of(servers.split(",", -1))
                            .allMatch(server -> HostAndPort.Validator.isHostAndPort(server, false));
        }
    }
}
