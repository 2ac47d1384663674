package io.masterlatch.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.autoconfigure.MissingLatchException;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.samples.Clinic;

@ExtendWith(OutputCaptureExtension.class)
class GuardAutoConfigurationTests {

    private final ApplicationContextRunner withoutLatch = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(MasterLatchAutoConfiguration.class, GuardAutoConfiguration.class));

    private final ApplicationContextRunner runner = withoutLatch.withPropertyValues("masterlatch.mode=always");

    @Test
    void guardsTheMethodsOfBeans(CapturedOutput output) {
        runner.withUserConfiguration(Worker.class).run(context -> {
            MasterLatch latch = context.getBean(MasterLatch.class);
            latch.await();
            Worker worker = context.getBean(Worker.class);
            worker.work();
            assertThat(worker.runs()).isOne();

            latch.withdraw().join();
            worker.work();
            assertThat(worker.runs()).isOne();
        });
        assertThat(output).doesNotContain("is not eligible for getting processed by all BeanPostProcessors");
    }

    @Test
    void guardsTheSamplesOfSpringToo() {
        withoutLatch
                .withBean(Clinic.class)
                .run(context -> assertThat(context).getFailure().rootCause().isInstanceOf(MissingLatchException.class));
    }

    @Test
    void doesNothingInAnApplicationThatDoesNotUseIt() {
        withoutLatch.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MasterGuard.class));
    }

    @Test
    void anAnnotatedMethodRequiresALatch() {
        withoutLatch
                .withUserConfiguration(Worker.class)
                .run(context -> assertThat(context).getFailure().rootCause().isInstanceOf(MissingLatchException.class));
    }

    @Test
    void takesTheGuardOfTheApplication() {
        runner.withBean(
                        "own",
                        MasterGuard.class,
                        () -> new MasterGuard(MasterLatch.builder(new FakeMasterStore())
                                .address("app1.example.com:9000")
                                .build()))
                .run(context ->
                        assertThat(context).hasSingleBean(MasterGuard.class).hasBean("own"));
    }

    @Test
    void hasAGuardAlsoWithoutSpringAop() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.aop.framework.autoproxy"))
                .run(context -> assertThat(context)
                        .hasSingleBean(MasterGuard.class)
                        .doesNotHaveBean(OnlyMasterPostProcessor.class));
    }

    static class Worker {

        private int runs;

        @OnlyMaster
        void work() {
            runs++;
        }

        int runs() {
            return runs;
        }
    }
}
