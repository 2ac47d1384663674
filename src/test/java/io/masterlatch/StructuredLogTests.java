package io.masterlatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The line of each change, as structured logging writes it. */
class StructuredLogTests {

    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"ecs", "logstash"})
    void hasTheChangeInFields(String format) {
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event);
            }
        };
        appender.setContext(logging);
        appender.start();
        Logger logger = logging.getLogger(MasterLatch.class);
        logger.addAppender(appender);
        FakeMasterStore store = new FakeMasterStore();
        try (MasterLatch latch =
                MasterLatch.builder(store).address("app1.example.com:9000").build()) {
            latch.start();
            store.awaitRole(latch, Role.MASTER);
            long epoch = latch.getLeader().orElseThrow().epoch();
            await().until(() ->
                    lines.stream().anyMatch(line -> line.getFormattedMessage().contains("-> MASTER:")));

            JsonNode change = encoded(format, "-> MASTER:");
            assertThat(change.path("election").asString()).isEqualTo("/master");
            assertThat(change.path("role").asString()).isEqualTo("MASTER");
            assertThat(change.path("master").asString()).isEqualTo("app1.example.com:9000");
            assertThat(change.path("epoch").asLong()).isEqualTo(epoch);
            assertThat(change.path("cause").asString()).startsWith("claimed the lease");
            assertThat(change.path("message").asString())
                    .endsWith("-> MASTER: master app1.example.com:9000, epoch " + epoch + " ("
                            + change.path("cause").asString() + ")");

            JsonNode before = encoded(format, "-> STANDBY:");
            assertThat(before.path("role").asString()).isEqualTo("STANDBY");
            assertThat(before.has("master") || before.has("epoch")).isFalse();
        } finally {
            logger.detachAppender(appender);
        }
    }

    private JsonNode encoded(String format, String words) {
        ILoggingEvent line = lines.stream()
                .filter(logged -> logged.getFormattedMessage().contains(words))
                .findFirst()
                .orElseThrow();
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        LoggerContext context = new LoggerContext();
        context.putObject(Environment.class.getName(), new MockEnvironment());
        encoder.setContext(context);
        encoder.setFormat(format);
        encoder.start();
        return new JsonMapper().readTree(new String(encoder.encode(line), StandardCharsets.UTF_8));
    }
}
