package io.masterlatch.guard;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;

/** Auto-configures what {@link OnlyMaster} needs. */
@AutoConfiguration(after = MasterLatchAutoConfiguration.class)
public final class GuardAutoConfiguration {

    @Bean
    @ConditionalOnBean(MasterLatch.class)
    MasterGuard masterGuard(MasterLatch latch) {
        return new MasterGuard(latch);
    }

    @Bean
    static OnlyMasterPostProcessor onlyMasterPostProcessor(ObjectProvider<MasterGuard> guard) {
        return new OnlyMasterPostProcessor(guard::getObject);
    }
}
