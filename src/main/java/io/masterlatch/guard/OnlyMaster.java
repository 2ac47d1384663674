package io.masterlatch.guard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method of a Spring bean only if this instance is the master at the call. On other instances the call does
 * nothing. It is meant for {@code @Scheduled} methods.
 *
 * <p>Only the start of the method is guarded. This instance may lose the mastership while the method runs, and another
 * instance may start the same work. So the method passes {@link MasterGuard#epoch()} along with all that it writes, and
 * checks {@link MasterGuard#stillMaster()} between its steps.
 *
 * <p>The method returns nothing, and is not private, static or final; otherwise the application does not start. As with
 * all such annotations, a call from within the same bean is not guarded. Without a latch the application does not
 * start.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnlyMaster {}
