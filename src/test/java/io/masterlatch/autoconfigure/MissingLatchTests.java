package io.masterlatch.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import io.masterlatch.guard.GuardAutoConfiguration;
import io.masterlatch.guard.MasterGuard;
import io.masterlatch.guard.OnlyMaster;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** An application that uses the election, and says nowhere where that is held. */
@ExtendWith(OutputCaptureExtension.class)
class MissingLatchTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "InjectsTheLatch|Parameter 0 of constructor in %s requires a MasterLatch",
                "InjectsTheGuard|Parameter 0 of constructor in %s requires a MasterGuard",
                "Annotated|@OnlyMaster on %s.work() requires a MasterLatch"
            })
    void endsTheStartWithOneMessageThatNamesTheRemedies(String bean, String first, CapturedOutput output)
            throws ClassNotFoundException {
        Class<?> type = Class.forName(getClass().getName() + "$" + bean);

        assertThatException().isThrownBy(() -> run(type));

        assertThat(output.getAll())
                .containsOnlyOnce("APPLICATION FAILED TO START")
                .contains(first.formatted(type.getName()) + ", and nothing says where the election is held.")
                .contains(
                        "masterlatch.zookeeper.connect-string",
                        "masterlatch.zookeeper.embedded.enabled",
                        "CuratorFramework bean",
                        "masterlatch.mode");
    }

    @Test
    void leavesOtherTypesToBoot(CapturedOutput output) {
        assertThatException().isThrownBy(() -> run(InjectsAnother.class));

        assertThat(output.getAll())
                .contains("required a bean of type 'java.time.Clock' that could not be found")
                .doesNotContain("masterlatch.mode");
    }

    @Test
    void leavesSeveralLatchesToBoot() {
        MissingLatchFailureAnalyzer analyzer = new MissingLatchFailureAnalyzer(new DefaultListableBeanFactory());

        assertThat(analyzer.analyze(new NoSuchBeanDefinitionException(MasterLatch.class)))
                .isNotNull();
        assertThat(analyzer.analyze(new NoUniqueBeanDefinitionException(MasterLatch.class, "first", "second")))
                .isNull();
        assertThat(analyzer.analyze(new NoSuchBeanDefinitionException("masterLatch")))
                .isNull();
    }

    @Test
    void namesTheLatchesOfAnApplicationThatHasSeveral(CapturedOutput output) {
        assertThatException().isThrownBy(() -> run(TwoLatches.class));

        assertThat(output.getAll())
                .contains("@OnlyMaster on " + Annotated.class.getName() + ".work() requires one MasterLatch,"
                        + " and there are several, of which none is primary: orders, invoices.")
                .contains("@Primary", "MasterGuard");
    }

    private static void run(Class<?> bean) {
        new SpringApplicationBuilder(Application.class, bean)
                .web(WebApplicationType.NONE)
                .run("--spring.main.banner-mode=off", "--spring.config.location=optional:file:none/")
                .close();
    }

    @ImportAutoConfiguration({MasterLatchAutoConfiguration.class, GuardAutoConfiguration.class})
    static class Application {}

    static class InjectsTheLatch {

        InjectsTheLatch(MasterLatch latch) {}
    }

    static class InjectsTheGuard {

        InjectsTheGuard(MasterGuard guard) {}
    }

    static class InjectsAnother {

        InjectsAnother(Clock clock) {}
    }

    @Import(Annotated.class)
    static class TwoLatches {

        @Bean
        MasterLatch orders() {
            return MasterLatch.builder(new FakeMasterStore()).address("a:1").build();
        }

        @Bean
        MasterLatch invoices() {
            return MasterLatch.builder(new FakeMasterStore()).address("a:1").build();
        }
    }

    static class Annotated {

        @OnlyMaster
        void work() {}
    }
}
