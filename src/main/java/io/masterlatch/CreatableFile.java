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
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The annotated string is the path of a file, or of a place where this user could create one; null is left to other constraints. */
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = CreatableFile.Validator.class)
@interface CreatableFile {

    String message() default
            "must be the path of a file, such as /var/lib/masterlatch/session: not a directory, and if it does not exist, in a"
                    + " directory that this user may write or create";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Looks at the file system and changes nothing there. */
    class Validator implements ConstraintValidator<CreatableFile, String> {

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            try {
                return value == null || isCreatable(Path.of(value).toAbsolutePath());
            } catch (InvalidPathException ex) {
                return false;
            }
        }

        private static boolean isCreatable(Path file) {
            if (Files.exists(file)) {
                return !Files.isDirectory(file);
            }
            Path parent = file.getParent();
            while (parent != null && !Files.exists(parent)) {
                parent = parent.getParent();
            }
            return parent != null && Files.isDirectory(parent) && Files.isWritable(parent);
        }
    }
}
