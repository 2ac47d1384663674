package io.masterlatch.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.autoconfigure.MasterLatchAutoConfiguration;
import io.masterlatch.latch.MasterLatch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.event.EventListener;
import org.springframework.integration.leader.event.AbstractLeaderEvent;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;

/** Leadership as Spring Integration has it. */
class IntegrationAutoConfigurationTests {

    private final ApplicationContextRunner withoutLatch = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(MasterLatchAutoConfiguration.class, IntegrationAutoConfiguration.class))
            .withUserConfiguration(Listener.class);

    private final ApplicationContextRunner runner = withoutLatch.withPropertyValues("masterlatch.mode=always");

    @Test
    void itsEventsReportLeadershipOnTheListenersThread() {
        runner.withPropertyValues("masterlatch.path=/app/master").run(context -> {
            Listener listener = context.getBean(Listener.class);
            await().until(() -> listener.events.size() == 1);
            AbstractLeaderEvent granted = listener.events.get(0);
            assertThat(granted).isInstanceOf(OnGrantedEvent.class);
            assertThat(granted.getRole()).isEqualTo("/app/master");
            assertThat(granted.getContext().getRole()).isEqualTo("/app/master");
            assertThat(granted.getContext().isLeader()).isTrue();

            context.getBean(MasterLatch.class).withdraw().join();
            await().until(() -> listener.events.size() == 2);
            assertThat(listener.events.get(1)).isInstanceOf(OnRevokedEvent.class);
            assertThat(granted.getContext().isLeader()).isFalse();
            assertThat(listener.threads).allMatch(thread -> thread.startsWith("masterlatch-listener"));
        });
    }

    @Test
    void yieldResignsAndJoinsAgain() {
        runner.run(context -> {
            Listener listener = context.getBean(Listener.class);
            await().until(() -> listener.events.size() == 1);

            listener.events.get(0).getContext().yield();

            await().until(() -> listener.events.size() == 3);
            assertThat(listener.events)
                    .hasExactlyElementsOfTypes(OnGrantedEvent.class, OnRevokedEvent.class, OnGrantedEvent.class);
            assertThat(listener.events.get(2).getRole()).isEqualTo("/master");
        });
    }

    @Test
    void yieldDoesNotUndoAWithdrawal() {
        runner.run(context -> {
            Listener listener = context.getBean(Listener.class);
            await().until(() -> listener.events.size() == 1);
            MasterLatch latch = context.getBean(MasterLatch.class);
            latch.withdraw().join();

            listener.events.get(0).getContext().yield();

            assertThat(latch.mastership().candidate()).isFalse();
        });
    }

    @Test
    void eventsComeWhereBeansAreInitializedLazily() {
        runner.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> {
                    Listener listener = context.getBean(Listener.class);
                    await().until(() -> listener.events.size() == 1);
                });
    }

    @Test
    void isNotThereWithoutSpringIntegrationOrALatch() {
        runner.withClassLoader(new FilteredClassLoader(OnGrantedEvent.class))
                .run(context ->
                        assertThat(context).hasSingleBean(MasterLatch.class).doesNotHaveBean(LeaderEvents.class));
        withoutLatch.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LeaderEvents.class));
    }

    static class Listener {

        final List<AbstractLeaderEvent> events = new CopyOnWriteArrayList<>();
        final List<String> threads = new CopyOnWriteArrayList<>();

        @EventListener
        void changed(AbstractLeaderEvent event) {
            threads.add(Thread.currentThread().getName());
            events.add(event);
        }
    }
}
