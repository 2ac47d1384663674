package io.masterlatch.examples;

import io.masterlatch.guard.MasterGuard;
import io.masterlatch.guard.OnlyMaster;
import java.util.List;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Work on a schedule in a Spring application that is built on the service, as an example to copy: every replica has the
 * schedule, and only the master works.
 *
 * <p>Guarded is the beginning. So every write carries the epoch under which the work began, and between the steps the
 * work asks whether it is still the master's: that saves useless work, and the epoch, not this question, keeps a late
 * write out.
 */
@EnableScheduling // and @Component; here a test makes it a bean
public class ScheduledAtWork {

    private static final List<String> STEPS = List.of("first", "second", "third");

    private final MasterGuard guard;
    private final FencedRegister register;

    ScheduledAtWork(MasterGuard guard, FencedRegister register) {
        this.guard = guard;
        this.register = register;
    }

    /** Takes its steps while this instance is the master. */
    @Scheduled(fixedDelay = 20)
    @OnlyMaster
    public void work() {
        for (String step : STEPS) {
            if (!guard.stillMaster() || !register.write(guard.epoch(), step)) {
                return;
            }
        }
    }
}
