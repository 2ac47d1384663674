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
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The annotated string is an address that others can call, {@code host:port}; null is left to other constraints. */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = HostAndPort.Validator.class)
@interface HostAndPort {

    String message() default
            "must be host:port, such as master1.example.com:8080, 10.0.0.7:8080 or [2001:db8::7]:8080: a host name or"
                    + " an address that others can reach (not 0.0.0.0 or [::]), and a port from 1 to 65535";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Knows the grammar of hosts and ports; never asks a name server. */
    class Validator implements ConstraintValidator<HostAndPort, String> {

        private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]]*)(?::(\\d{1,5}))?");

        private static final Pattern NAME =
                Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}"
                        + "[A-Za-z0-9_])?)*\\.?");

        private static final Pattern NUMERIC_END = Pattern.compile("(.*\\.)?\\d+\\.?");

        private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            return value == null || (isHostAndPort(value, true) && !isWildcard(value));
        }

        /** Whether the value is a host and a port, or a host alone where the port has a default. */
        static boolean isHostAndPort(String value, boolean portRequired) {
            Matcher matcher = HOST_AND_PORT.matcher(value);
            if (!matcher.matches() || !isHost(matcher.group(1))) {
                return false;
            }
            if (matcher.group(2) == null) {
                return !portRequired;
            }
            int port = Integer.parseInt(matcher.group(2));
            return port >= 1 && port <= 65535;
        }

        private static boolean isHost(String host) {
            if (host.startsWith("[")) {
                return isIpv6(host);
            }
            // A name never ends in a number (RFC 3696), so 10.0.0 or 300.1.1.1 is a mistyped address.
            return NUMERIC_END.matcher(host).matches()
                    ? IPV4.matcher(host).matches()
                    : host.length() <= 253 && NAME.matcher(host).matches();
        }

        private static boolean isIpv6(String bracketed) {
            try {
                // With brackets round it the text is parsed and never looked up.
                InetAddress.getByName(bracketed);
                return true;
            } catch (UnknownHostException ex) {
                return false;
            }
        }

        private static boolean isWildcard(String value) {
            String host = value.substring(0, value.lastIndexOf(':'));
            try {
                return host.equals("0.0.0.0")
                        || (host.startsWith("[") && InetAddress.getByName(host).isAnyLocalAddress());
            } catch (UnknownHostException ex) {
                return false;
            }
        }
    }
}
