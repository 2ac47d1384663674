package io.masterlatch.guard;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Methods of beans that only the master runs. */
class OnlyMasterTests {

    private final FakeMasterStore node = new FakeMasterStore();
    private final MasterLatch latch =
            MasterLatch.builder(node).address("self.example.com:1").build();

    private final Done done = new Done();

    @BeforeEach
    void start() {
        latch.start();
        node.awaitRole(latch, Role.MASTER);
    }

    @AfterEach
    void close() {
        latch.close();
    }

    @Test
    void runOnTheMasterOnlyAndKnowTheEpoch() throws IOException {
        try (AnnotationConfigApplicationContext context = context(Worker.class)) {
            Worker worker = context.getBean(Worker.class);
            worker.work(false);
            assertThat(done.epochs).containsExactly(epoch());
            assertThatThrownBy(() -> worker.work(true)).isInstanceOf(IOException.class);

            node.begin(heldBy("a.example.com:1"));
            node.awaitRole(latch, Role.STANDBY);
            worker.work(false);
            worker.work(true);
            worker.unguarded();
            assertThat(done.epochs).hasSize(2).endsWith(0L);
        }
    }

    @Test
    void runOnTheirScheduleAndOnTheThreadThatTheyAreMovedTo() {
        try (AnnotationConfigApplicationContext context = context(Clerk.class)) {
            Clerk clerk = context.getBean(Clerk.class);
            await().until(() -> done.epochs.size() > 3);

            node.begin(heldBy("a.example.com:1"));
            node.awaitRole(latch, Role.STANDBY);
            await().until(() -> done.ticks.get() > done.ticksAtLastWork + 10);
            int before = done.epochs.size();
            int ticks = done.ticks.get();
            clerk.moved();
            await().until(() -> done.ticks.get() > ticks + 10);
            assertThat(done.epochs).hasSize(before);

            node.begin(FakeMasterStore.noMaster());
            node.awaitRole(latch, Role.MASTER);
            await().until(() -> done.epochs.contains(epoch()));
            assertThat(done.threads).doesNotContain(Thread.currentThread().getName());
            int threads = done.threads.stream().distinct().toList().size();
            clerk.moved();
            await().until(() -> done.threads.stream().distinct().toList().size() > threads);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Private.class, Static.class, Final.class, FinalClass.class, Answering.class})
    void endTheStartWhereTheyCouldNotBeGuarded(Class<?> bean) {
        assertThatThrownBy(() -> context(bean).close())
                .rootCause()
                .isInstanceOf(FailureAnalyzedException.class)
                .hasMessageStartingWith("@OnlyMaster is on " + bean.getName() + ".work(), which ");
    }

    private long epoch() {
        return latch.getLeader().orElseThrow().epoch();
    }

    private AnnotationConfigApplicationContext context(Class<?> bean) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean("masterLatch", MasterLatch.class, () -> latch, definition -> {
            definition.setDestroyMethodName("");
        });
        context.registerBean(Done.class, () -> done);
        context.register(Guarded.class, bean);
        context.refresh();
        return context;
    }

    @EnableScheduling
    @EnableAsync(proxyTargetClass = true)
    static class Guarded {

        @Bean
        MasterGuard masterGuard(MasterLatch latch) {
            return new MasterGuard(latch);
        }

        @Bean
        static OnlyMasterPostProcessor onlyMasterPostProcessor() {
            return new OnlyMasterPostProcessor();
        }
    }

    /** What was done; outside of the beans, of which the test sees proxies. */
    static class Done {

        final List<Long> epochs = new CopyOnWriteArrayList<>();
        final List<String> threads = new CopyOnWriteArrayList<>();
        final AtomicInteger ticks = new AtomicInteger();
        volatile int ticksAtLastWork;

        void work(long epoch) {
            epochs.add(epoch);
            threads.add(Thread.currentThread().getName());
            ticksAtLastWork = ticks.get();
        }
    }

    static class Worker {

        private final Done done;
        private final MasterGuard guard;

        Worker(Done done, MasterGuard guard) {
            this.done = done;
            this.guard = guard;
        }

        @OnlyMaster
        void work(boolean fails) throws IOException {
            if (fails) {
                throw new IOException("failed");
            }
            done.work(guard.epoch());
        }

        void unguarded() {
            done.work(0);
        }
    }

    static class Clerk {

        private final Done done;
        private final MasterGuard guard;

        Clerk(Done done, MasterGuard guard) {
            this.done = done;
            this.guard = guard;
        }

        @Scheduled(fixedDelay = 10)
        @OnlyMaster
        public void work() {
            done.work(guard.epoch());
        }

        @Scheduled(fixedDelay = 10)
        public void tick() {
            done.ticks.incrementAndGet();
        }

        @Async
        @OnlyMaster
        public void moved() {
            done.work(guard.epoch());
        }
    }

    static class Private {

        @OnlyMaster
        private void work() {}
    }

    static class Static {

        @OnlyMaster
        static void work() {}
    }

    static class Final {

        @OnlyMaster
        final void work() {}
    }

    static final class FinalClass {

        @OnlyMaster
        void work() {}
    }

    static class Answering {

        @OnlyMaster
        int work() {
            return 1;
        }
    }
}
