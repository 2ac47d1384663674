package io.masterlatch.autoconfigure;

import io.masterlatch.latch.MasterLatch;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;

/** Reports that the application uses the election, and nothing says where it is held. */
final class MissingLatchFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException>
        implements Ordered {

    private static final Set<String> TYPES = Set.of(MasterLatch.class.getName(), "io.masterlatch.guard.MasterGuard");

    /** Before the one that would advise to define a bean. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(
            Throwable rootFailure, NoSuchBeanDefinitionException cause, @Nullable String description) {
        Class<?> type = cause.getBeanType();
        if (type == null || !TYPES.contains(type.getName()) || cause.getNumberOfBeansFound() > 0) {
            return null;
        }
        String user = cause instanceof MissingLatchException missing
                ? missing.user()
                : description == null ? "The application" : description;
        return new FailureAnalysis(
                "%s requires a %s, and nothing says where the election is held.".formatted(user, type.getSimpleName()),
                "Set masterlatch.zookeeper.connect-string, or masterlatch.zookeeper.embedded.enabled=true for a trial, or"
                        + " define a CuratorFramework bean. For tests and development without ZooKeeper, set"
                        + " masterlatch.mode to always or never.",
                cause);
    }
}
