package io.masterlatch.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.OpenApi;
import io.masterlatch.testing.ScriptedService;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.json.JsonMapper;

/** One thing has one name: each place has the names that the table in docs/http.md gives it, and no others. */
@ScriptedService
class NamesTests {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[a-zA-Z`, ]+`) \\| [^|]+ \\| ([a-z, ]+) \\|$");

    private final OpenApi description = OpenApi.read();

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @Autowired
    private RestTestClient client;

    /** That answers are as described is shown by OpenApiTests, WebhookTests and CandidacyEndpointTests. */
    @ParameterizedTest
    @CsvSource({
        "master, Master",
        "role, CertainRole",
        "candidates, Candidate",
        "history, Change",
        "notification, Notification",
        "candidacy, CandidacyOutcome"
    })
    void answersAndNotifications(String place, String schema) {
        Set<String> fields = description.fields(schema);
        if (place.equals("candidates") || place.equals("history")) {
            // Of the answer, around the list.
            fields.add("election");
        }

        assertThat(fields).isEqualTo(names(place));
    }

    @Test
    void healthAndInfo() {
        node.begin(FakeMasterStore.heldBy(ScriptedService.SELF));
        node.awaitRole(latch, Role.STANDBY);
        await().until(() -> fields("/actuator/health/master", "details").contains("warning"));
        Set<String> details = fields("/actuator/health/master", "details");
        assertThat(fields("/actuator/info", "masterlatch")).isEqualTo(names("info"));
        node.begin(FakeMasterStore.blocked());
        await().until(() ->
                details.addAll(fields("/actuator/health/master", "details")) || details.contains("problem"));

        assertThat(details).isEqualTo(names("health"));
    }

    @Test
    void fieldsOfTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(MasterLatch.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            node.begin(FakeMasterStore.heldBy("master1.example.com:2223"));
            node.awaitRole(latch, Role.STANDBY);
            node.begin(FakeMasterStore.noMaster());
            node.awaitRole(latch, Role.MASTER);
            await().until(() -> logged(lines).size() >= names("log").size());

            assertThat(logged(lines)).isEqualTo(names("log"));
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** For answers, the history and notifications their own tests show it. */
    @Test
    void aMasterWhoseAddressIsNotReadableHasAnEpochOnly() {
        Logger logger = (Logger) LoggerFactory.getLogger(MasterLatch.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        node.begin(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.MASTER);
        lines.start();
        logger.addAppender(lines);
        try {
            node.begin(FakeMasterStore.stranger(new byte[] {-1}, FakeMasterStore.SINCE));
            ILoggingEvent line = await().until(
                            () -> List.copyOf(lines.list).stream()
                                    .filter(event -> event.getFormattedMessage().contains("without a lease"))
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();

            assertThat(line.getKeyValuePairs())
                    .extracting(pair -> pair.key)
                    .contains("epoch")
                    .doesNotContain("master");
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(fields("/actuator/health/master", "details"))
                .contains("epoch")
                .doesNotContain("master");
        assertThat(fields("/actuator/info", "masterlatch")).contains("epoch").doesNotContain("master");
    }

    @Test
    void metrics() {
        String scraped = get("/actuator/prometheus");

        assertThat(names("metrics")).isNotEmpty().allSatisfy(name -> {
            String snake = name.replaceAll("[A-Z]", "_$0").toLowerCase(Locale.ROOT);
            assertThat(scraped).containsPattern("(?m)^masterlatch_(" + snake + "\\{|\\w+\\{.*\\b" + name + "=)");
        });
    }

    private static Set<String> logged(ListAppender<ILoggingEvent> lines) {
        return List.copyOf(lines.list).stream()
                .map(ILoggingEvent::getKeyValuePairs)
                .flatMap(pairs -> pairs == null ? Stream.empty() : pairs.stream())
                .map(pair -> pair.key)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(String place) {
        return ROW.matcher(Page.of("docs/http.md").text())
                .results()
                .filter(row -> List.of(row.group(2).split(", ")).contains(place))
                .flatMap(row -> Stream.of(row.group(1).replace("`", "").split(", ")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> fields(String path, String part) {
        Collection<String> names =
                new JsonMapper().readTree(get(path)).path(part).propertyNames();
        return new TreeSet<>(names);
    }

    private String get(String path) {
        return client.get()
                .uri(path)
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }
}
