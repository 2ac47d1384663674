package io.masterlatch;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.io.File;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The annotated list begins with a program that this user can run, and its arguments follow; null is left to other constraints. */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = ExecutableProgram.Validator.class)
@interface ExecutableProgram {

    String message() default
            "must begin with a program that this user can run, the path of a file or a name that is found on the PATH; its arguments"
                    + " follow one by one, such as [systemctl, start, app]";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Looks at the file system, as the start of a process does. */
    class Validator implements ConstraintValidator<ExecutableProgram, List<String>> {

        @Override
        public boolean isValid(@Nullable List<String> value, ConstraintValidatorContext context) {
            return value == null
                    || (!value.isEmpty()
                            && !value.get(0).isBlank()
                            && value.stream().noneMatch(argument -> argument.indexOf('\0') >= 0)
                            && isProgram(value.get(0)));
        }

        private static boolean isProgram(String program) {
            if (program.indexOf('/') >= 0 || program.indexOf(File.separatorChar) >= 0) {
                return isExecutable(program);
            }
            String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
            return Stream.of(path.split(File.pathSeparator))
                    .anyMatch(directory -> isExecutable(directory + File.separatorChar + program));
        }

        private static boolean isExecutable(String file) {
            try {
                Path path = Path.of(file);
                return Files.isRegularFile(path) && Files.isExecutable(path);
            } catch (InvalidPathException ex) {
                return false;
            }
        }
    }
}
