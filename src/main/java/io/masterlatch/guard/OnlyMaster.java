package io.masterlatch.guard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has a method of a Spring bean run only when this instance is the master at the call; on others the call does nothing. Made for
 * {@code @Scheduled} methods.
 *
 * <p>Guarded is the beginning, not the end: the mastership may be lost while the method runs, and another instance begin the same. So
 * the method passes {@link MasterGuard#epoch()} along with whatever it writes, and asks {@link MasterGuard#stillMaster()} between its
 * steps.
 *
 * <p>The method returns nothing, and is neither private nor static nor final: anything else ends the start. As with all such annotations,
 * a call from within the same bean is not guarded.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnlyMaster {}
