package io.masterlatch.guard;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configures what {@link OnlyMaster} needs. */
@AutoConfiguration(after = MasterLatchAutoConfiguration.class)
public final class GuardAutoConfiguration {

    @Bean
    @ConditionalOnSingleCandidate(MasterLatch.class)
    @ConditionalOnMissingBean
    MasterGuard masterLatchGuard(MasterLatch latch) {
        return new MasterGuard(latch);
    }

    /** Applies without a latch too: an unguarded method would run on all instances. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(
            name = "org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor")
    static class Annotation {

        @Bean
        static OnlyMasterPostProcessor masterLatchOnlyMasterPostProcessor() {
            return new OnlyMasterPostProcessor();
        }
    }
}
