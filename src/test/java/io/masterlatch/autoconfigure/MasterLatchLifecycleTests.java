package io.masterlatch.autoconfigure;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.MasterStore;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.TestedService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** When in the life of the application the latch takes part, and what the application hears of it. */
class MasterLatchLifecycleTests {

    private static final String NODE = "fakeStore";

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Integer> statusBeforeClaim = new CopyOnWriteArrayList<>();
    private final FakeMasterStore node = new FakeMasterStore(this::askBeforeClaim);
    private volatile ConfigurableApplicationContext context;

    @AfterEach
    void close() {
        if (context != null) {
            context.close();
        }
    }

    @Test
    void claimsWhenHttpAnswersAndNotBefore() {
        run();
        node.awaitRole(latch(), Role.MASTER);

        assertThat(statusBeforeClaim).containsExactly(404);
    }

    @Test
    void givesTheMastershipUpBeforeOpenRequestsAreFinished() throws Exception {
        run();
        node.awaitRole(latch(), Role.MASTER);
        SlowController slow = context.getBean(SlowController.class);
        CompletableFuture<HttpResponse<String>> open = http.sendAsync(request("/slow"), BodyHandlers.ofString());
        assertThat(slow.begun.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
        await().until(() -> !node.open());

        assertThat(latch().hasLeadership()).isFalse();
        assertThat(open).isNotDone();
        assertThat(closing).isNotDone();
        slow.mayEnd.countDown();
        assertThat(open.get(30, TimeUnit.SECONDS).body()).isEqualTo("done");
        closing.get(30, TimeUnit.SECONDS);
    }

    @Test
    void takesPartAgainAfterAPauseAndAfterAStop() {
        run();
        node.awaitRole(latch(), Role.MASTER);
        long epoch = latch().getLeader().orElseThrow().epoch();

        context.pause();
        assertThat(latch().hasLeadership()).isFalse();
        assertThat(node.open()).isFalse();
        context.restart();
        node.awaitRole(latch(), Role.MASTER);
        assertThat(latch().getLeader().orElseThrow().epoch()).isGreaterThan(epoch);
        long second = latch().getLeader().orElseThrow().epoch();

        context.stop();
        assertThat(node.open()).isFalse();
        context.start();
        node.awaitRole(latch(), Role.MASTER);
        assertThat(latch().getLeader().orElseThrow().epoch()).isGreaterThan(second);
        assertThat(statusBeforeClaim).containsExactly(404, 404, 404);
    }

    @Test
    void notifiesTheApplicationOfEveryChangeOnAStandbyToo() {
        run();
        node.awaitRole(latch(), Role.MASTER);
        node.begin(heldBy("a.example.com:1"));
        await().until(() -> latch().getLeader()
                .filter(master -> "a.example.com:1".equals(master.address()))
                .isPresent());
        node.change(heldBy("b.example.com:1"));
        await().until(() -> latch().getLeader()
                .filter(master -> "b.example.com:1".equals(master.address()))
                .isPresent());
        context.pause();

        List<MastershipChange> heard = context.getBean(Listener.class).heard;
        await().until(() -> heard.size() >= 5);
        assertThat(heard)
                .extracting(MastershipChange::to)
                .containsExactly(Role.STANDBY, Role.MASTER, Role.STANDBY, Role.STANDBY, Role.UNKNOWN);
        assertThat(heard.get(1).master().address()).isEqualTo(latch().getId());
        assertThat(heard.get(3).previous().address()).isEqualTo("a.example.com:1");
        assertThat(heard.get(3).master().address()).isEqualTo("b.example.com:1");
    }

    @Test
    void theLastEventComesBeforeBeansAreDestroyed() {
        SlowListener.begin();
        run(SlowListener.class);
        node.awaitRole(latch(), Role.MASTER);
        Thread closing = new Thread(context::close);
        closing.start();
        await().until(() -> SlowListener.destroyed || isIn(closing, "io.masterlatch.latch.Listeners"));
        SlowListener.mayEnd.countDown();

        await().until(() -> !closing.isAlive());
        assertThat(SlowListener.heard)
                .containsExactly("STANDBY destroyed=false", "MASTER destroyed=false", "UNKNOWN destroyed=false");
    }

    private static boolean isIn(Thread thread, String name) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(name));
    }

    @Test
    void advertisesThePortOnWhichItReallyListensAlsoWithAManagementPort() throws Exception {
        run("--management.server.port=0");
        node.awaitRole(latch(), Role.MASTER);

        String host = InetAddress.getLocalHost().getHostName();
        assertThat(latch().getId()).isEqualTo(host + ":" + port("local.server.port"));
        assertThat(port("local.management.port")).isNotEqualTo(port("local.server.port"));
        assertThat(get(port("local.server.port"), "/master").body()).contains("\"self\":\"" + latch().getId() + "\"");
        assertThat(get(port("local.management.port"), "/actuator/health/master").body())
                .contains("\"MASTER\"");
        assertThat(get(port("local.server.port"), "/actuator/health").statusCode())
                .isEqualTo(404);
    }

    @Test
    void advertisesTheAddressThatIsConfigured() {
        run("--masterlatch.address=[2001:db8::7]:8080");
        node.awaitRole(latch(), Role.MASTER);

        assertThat(latch().getLeader().orElseThrow().address()).isEqualTo("[2001:db8::7]:8080");
    }

    @Test
    void endsTheStartWithoutAWebServerWhosePortItCouldAdvertise() {
        SpringApplicationBuilder application = application(Listener.class).web(WebApplicationType.NONE);

        assertThatThrownBy(() -> application.run(arguments()))
                .rootCause()
                .isInstanceOf(FailureAnalyzedException.class)
                .hasMessageContaining("masterlatch.address is not set, and there is no web server");
        assertThat(node.open()).isFalse();
    }

    private void run(String... more) {
        run(Listener.class, more);
    }

    private void run(Class<?> listener, String... more) {
        application(listener).run(arguments(more));
    }

    private SpringApplicationBuilder application(Class<?> listener) {
        return new TestedService(listener, SlowController.class).initializers(starting -> {
            context = starting;
            ((GenericApplicationContext) starting)
                    .registerBean(NODE, MasterStore.class, () -> node, bean -> bean.setPrimary(true));
        });
    }

    private static String[] arguments(String... more) {
        List<String> arguments = new CopyOnWriteArrayList<>(List.of(
                "--server.port=0",
                "--masterlatch.zookeeper.connect-string=127.0.0.1:1",
                "--spring.main.banner-mode=off"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private void askBeforeClaim() {
        try {
            statusBeforeClaim.add(get(port("local.server.port"), "/master").statusCode());
        } catch (IOException | RuntimeException refused) {
            statusBeforeClaim.add(0);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("local.server.port") + path))
                .build();
    }

    private int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    private MasterLatch latch() {
        return context.getBean(MasterLatch.class);
    }

    static class Listener {

        final List<MastershipChange> heard = new CopyOnWriteArrayList<>();

        @EventListener
        void changed(MastershipChange change) {
            heard.add(change);
        }
    }

    /** Its first call lasts until it may end. What it hears is static, since a closed context may make it anew. */
    static class SlowListener implements DisposableBean {

        static final List<String> heard = new CopyOnWriteArrayList<>();
        static volatile CountDownLatch mayEnd;
        static volatile boolean destroyed;

        static void begin() {
            heard.clear();
            mayEnd = new CountDownLatch(1);
            destroyed = false;
        }

        @EventListener
        void changed(MastershipChange change) throws InterruptedException {
            mayEnd.await(60, TimeUnit.SECONDS);
            heard.add(change.to() + " destroyed=" + destroyed);
        }

        @Override
        public void destroy() {
            destroyed = true;
        }
    }

    @RestController
    static class SlowController {

        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch mayEnd = new CountDownLatch(1);

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            begun.countDown();
            return mayEnd.await(60, TimeUnit.SECONDS) ? "done" : "never asked to end";
        }
    }
}
