package io.masterlatch.guard;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a method of a Spring bean only when this instance is the master at the call; on other instances the call does nothing. Made for
 * {@code @Scheduled} methods.
 *
 * <p>The start of the method is guarded, not its end: this instance may lose the mastership while the method runs, and another one may
 * start the same work. So the method passes {@link MasterGuard#epoch()} along with everything that it writes, and asks
 * {@link MasterGuard#stillMaster()} between its steps.
 *
 * <p>The method returns nothing, and is neither private nor static nor final: anything else ends the start. As with all such annotations,
 * a call from within the same bean is not guarded. Without a latch that could be asked, the start ends.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnlyMaster {}
