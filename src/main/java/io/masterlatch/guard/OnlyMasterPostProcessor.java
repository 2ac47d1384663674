package io.masterlatch.guard;

import io.masterlatch.autoconfigure.MissingLatchException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Objects;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Guards the methods of beans that are annotated with {@link OnlyMaster}. */
final class OnlyMasterPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

    private @Nullable ListableBeanFactory beans;

    OnlyMasterPostProcessor() {
        MethodInterceptor interceptor = invocation -> {
            // Looked up at the call, so that it is not created too early.
            beans().getBean(MasterGuard.class).runIfMaster(epoch -> invocation.proceed());
            return null;
        };
        this.advisor =
                new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, OnlyMaster.class, true), interceptor);
        // Comes before transactions, so that only the master begins one. Advice that moves the call to another thread
        // still comes earlier.
        setBeforeExistingAdvisors(true);
        setProxyTargetClass(true);
        // Comes before the post-processor of scheduled methods, which has to find the guarded ones.
        setOrder(LOWEST_PRECEDENCE - 1);
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        super.setBeanFactory(beanFactory);
        beans = (ListableBeanFactory) beanFactory;
    }

    private ListableBeanFactory beans() {
        return Objects.requireNonNull(beans);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (isEligible(bean, beanName)) {
            Class<?> type = AopUtils.getTargetClass(bean);
            MethodIntrospector.selectMethods(
                            type, (Method method) -> AnnotatedElementUtils.hasAnnotation(method, OnlyMaster.class))
                    .forEach(method -> check(type, method));
        }
        return super.postProcessAfterInitialization(bean, beanName);
    }

    /** Skips Spring's own beans, not its samples: most beans are, and looking through their methods slows the start. */
    @Override
    protected boolean isEligible(Class<?> targetClass) {
        return !targetClass.getName().matches("org\\.springframework\\.(?!samples\\.).*")
                && super.isEligible(targetClass);
    }

    private void check(Class<?> type, Method method) {
        boolean hidden = (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) != 0
                || Modifier.isFinal(type.getModifiers());
        if (hidden || method.getReturnType() != void.class) {
            throw new FailureAnalyzedException(
                    "@OnlyMaster is on " + type.getName() + "." + method.getName() + "(), which "
                            + (hidden
                                    ? "cannot be guarded, since it or its class is private, static or final."
                                    : "returns a value: an instance that is not the master would have none to return."),
                    "Make it a void method that a subclass could override, or use MasterGuard.runIfMaster().");
        }
        if (BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans(), MasterGuard.class, true, false).length == 0) {
            throw new MissingLatchException("@OnlyMaster on " + type.getName() + "." + method.getName() + "()");
        }
    }
}
