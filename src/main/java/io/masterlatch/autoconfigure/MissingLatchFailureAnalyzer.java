package io.masterlatch.autoconfigure;

import io.masterlatch.latch.MasterLatch;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.Ordered;

/** Reports that the application needs the election and that no setting names a ZooKeeper. */
final class MissingLatchFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException>
        implements Ordered {

    private static final Set<String> TYPES = Set.of(MasterLatch.class.getName(), "io.masterlatch.guard.MasterGuard");

    private final ListableBeanFactory beans;

    MissingLatchFailureAnalyzer(BeanFactory beans) {
        this.beans = (ListableBeanFactory) beans;
    }

    /** Comes before Boot's analyzer, which advises to define a bean. */
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
        boolean service = description != null && description.contains(" in io.masterlatch.service.");
        String user = cause instanceof MissingLatchException missing
                ? missing.user()
                : service ? "The service" : description == null ? "The application" : description;
        String[] several = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, MasterLatch.class, true, false);
        if (several.length > 0) {
            return new FailureAnalysis(
                    "%s requires one MasterLatch, and there are several, of which none is primary: %s."
                            .formatted(user, String.join(", ", several)),
                    "Mark one of them with @Primary, or define a MasterGuard bean for one of them.",
                    cause);
        }
        return new FailureAnalysis(
                "%s requires a %s, and nothing says where the election is held.".formatted(user, type.getSimpleName()),
                "Set masterlatch.zookeeper.connect-string=host:port,host:port, or for a trial"
                        + " masterlatch.zookeeper.embedded.enabled=true%s. For tests and development without ZooKeeper, set"
                                .formatted(service ? "" : ", or define a CuratorFramework bean")
                        + " masterlatch.mode=always or never.",
                cause);
    }
}
