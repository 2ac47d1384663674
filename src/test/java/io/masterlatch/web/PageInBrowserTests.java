package io.masterlatch.web;

import static io.masterlatch.testing.FakeMasterStore.heldBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.masterlatch.election.Candidate;
import io.masterlatch.election.Reply.Failed;
import io.masterlatch.election.Role;
import io.masterlatch.latch.MasterLatch;
import io.masterlatch.testing.Browser;
import io.masterlatch.testing.FakeMasterStore;
import io.masterlatch.testing.ScriptedService;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the page shows in a real browser, whatever is in ZooKeeper. */
@ScriptedService
class PageInBrowserTests {

    private static final String MASTER = "master1.example.com:2223";
    private static final String MARKUP = "<img src=x onerror=\"document.title='run'\"><b>bold</b>";

    // Short, for tests that wait until the lease has run out.
    private static final Duration SHORT_SESSION = Duration.ofSeconds(8);

    /** Loses and restores the contact, as a cable does, and notes each text that a screen reader reads as an alert. */
    private static final String CUT = """
            window.alerts = [];
            new MutationObserver(() => alerts.push(document.getElementById('alert').textContent))
                .observe(document.getElementById('alert'), {childList: true, characterData: true, subtree: true});
            window.connected = fetch;
            window.fetch = () => Promise.reject(new TypeError('cut'));
            """;

    /** What a browser does when the network is there again: the page asks at once. */
    private static final String ASK = "dispatchEvent(new Event('online'));";

    private static Browser browser;

    @Autowired
    private FakeMasterStore node;

    @Autowired
    private MasterLatch latch;

    @LocalServerPort
    private int port;

    @BeforeAll
    static void open() {
        browser = Browser.open().allowClipboard();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void isStandbyOfAnotherAndSeenFromIndia() {
        browser.timeZone("Asia/Kolkata");
        node.begin(heldBy(MASTER));
        node.awaitRole(latch, Role.STANDBY);
        queue(MASTER, ScriptedService.SELF);
    }

    @AfterEach
    void isCandidate() {
        latch.resume("the test is over");
    }

    @Test
    void showsTheMasterTheInstanceTheQueueAndTheHistory() {
        visit().awaitText("#master", MASTER);

        assertThat(browser.text("#label")).isEqualTo("Master");
        assertThat(browser.text("#facts"))
                .contains("epoch 4294967303")
                .containsPattern("since (2026-11-22 )?07:35:00 UTC \\(13:05:00 local\\), for [0-9]+ ");
        assertThat(browser.attribute("#facts time", "datetime")).isEqualTo("2026-11-22T07:35:00.123Z");
        browser.awaitText("#role", "STANDBY");
        assertThat(browser.text("#self")).isEqualTo(ScriptedService.SELF);
        browser.awaitText("#lease", text -> text.matches("[0-9]+\\.[0-9] s without ZooKeeper"));
        browser.awaitText("#queue li.master .address", MASTER);
        assertThat(browser.text("#queue li.master .tag")).isEqualTo("master");
        assertThat(browser.text("#queue li:nth-child(2)"))
                .contains(ScriptedService.SELF)
                .contains("next")
                .contains("this instance")
                .containsPattern("in the queue since (2026-11-22 )?07:35:00 UTC \\(13:05:00 local\\)");
        browser.awaitText("#history li:first-child .event", MASTER + " became master, epoch 4294967303");
        assertThat(browser.text("#history li:first-child .meta"))
                .matches("(\\S+ )?[:0-9]{8} UTC \\((\\S+ )?[:0-9]{8} local\\), [0-9]+ s ago");
        // Without their markers, Safari takes lists for none.
        assertThat(browser.count("ol[role=list]"))
                .isEqualTo(browser.count("ol"))
                .isEqualTo(2);
        browser.awaitText("#connection", "live");
        assertThat(browser.text("#election")).isEqualTo("Election /master");
        assertThat(browser.title()).isEqualTo("STANDBY · /master · " + ScriptedService.SELF);
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/standby.svg");
        assertThat(browser.count("#problem[hidden], #warning[hidden]")).isEqualTo(2);
        assertThat(browser.complaints()).isEmpty();

        // A time before dawn in India is one of the day before in UTC; the rest of the day it has one date.
        node.change(heldBy(MASTER, Instant.parse("2026-11-21T20:00:00Z")));
        browser.awaitText(
                "#facts", text -> text.contains("since 2026-11-21 20:00:00 UTC (2026-11-22 01:30:00 local), for "));
    }

    @Test
    void showsMarkupFromZooKeeperAsText() {
        visit().awaitText("#master", MASTER);
        queue(MARKUP, MARKUP);
        node.change(FakeMasterStore.stranger(MARKUP));

        browser.awaitText("#master", MARKUP);
        browser.awaitText("#queue li:nth-child(2) .address", MARKUP);
        browser.awaitText("#history .event", text -> text.contains(MARKUP));
        assertThat(browser.count("img, #master b, #queue b, #history b")).isZero();
        assertThat(browser.title()).isEqualTo("STANDBY · /master · " + ScriptedService.SELF);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void linksCandidatesThatHaveAUrlOfHttpOrHttps() {
        List<String> urls = List.of(
                "https://app1.example.com/a?b=c",
                "http://app2.example.com:8080",
                "javascript:document.title='run'",
                "data:text/html,run",
                "//app3.example.com/",
                "app4");
        visit().awaitText("#queue li.master .address", MASTER);
        assertThat(browser.count("#queue a")).isZero();

        // Whatever the service lets through, the page decides for itself.
        browser.run("""
                const connected = fetch, urls = arguments[0];
                const candidate = (url, index) => ({address: 'master' + index + ':1', url, role: index ? 'STANDBY' : 'MASTER',
                    position: index, since: '2026-11-22T07:35:00.123Z', session: '0x1'});
                const answer = JSON.stringify({candidates: urls.map(candidate)});
                window.fetch = (path, ...rest) =>
                    path === 'candidates' ? Promise.resolve(new Response(answer)) : connected(path, ...rest);
                """, urls);
        node.change(heldBy("master0:1"));

        browser.awaitText("#queue li:last-child .address", "master5:1");
        assertThat(browser.count("#queue a")).isEqualTo(2);
        assertThat(browser.attribute("#queue li:nth-child(1) a", "href")).isEqualTo("https://app1.example.com/a?b=c");
        assertThat(browser.text("#queue li:nth-child(1) a")).isEqualTo("master0:1");
        assertThat(browser.attribute("#queue li:nth-child(2) a", "href")).isEqualTo("http://app2.example.com:8080/");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void showsWhyThereIsNoMaster() {
        visit().awaitText("#master", MASTER);
        node.change(FakeMasterStore.blocked());

        browser.awaitText("#master", "No master");
        assertThat(browser.text("#detail"))
                .isEqualTo(
                        "There is no master now: the master's node is persistent: no instance can become master until an operator deletes it");
        browser.awaitText(
                "#last",
                text -> text.matches("Last known master: " + MASTER
                        + ", epoch 4294967303, until (\\S+ )?[:0-9]+ UTC \\((\\S+ )?[:0-9]+ local\\), [0-9]+ s ago"));
        assertThat(browser.title()).isEqualTo("NO MASTER · /master · " + ScriptedService.SELF);
        browser.awaitText("#history .event", "There is no master");
        // The detail has it already.
        browser.run(ASK);
        assertThat(browser.text("#problem")).isEmpty();
    }

    @Test
    void showsTheReasonAndTheWarningOfHealth() {
        node.failClaims(new Failed(Failed.Kind.REFUSED, "create /master failed: NOAUTH"));
        node.change(FakeMasterStore.noMaster());

        visit().awaitText("#problem", "Problem: create /master failed: NOAUTH");
        assertThat(browser.text("#master")).isEqualTo("No master");
        assertThat(browser.text("#warning")).isEmpty();

        latch.suspend("disk full");
        node.awaitRole(latch, Role.OBSERVER);

        browser.run(ASK);
        browser.awaitText("#warning", "Warning: the candidacy is suspended: disk full");
        assertThat(browser.text("#role")).isEqualTo("OBSERVER");
    }

    @Test
    void showsThatThisInstanceIsMaster() {
        node.begin(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.MASTER);

        visit().awaitText("#role", "MASTER");
        assertThat(browser.text("#master")).isEqualTo(ScriptedService.SELF);
        assertThat(browser.text("#facts")).endsWith("this instance");
        browser.awaitText("#lease", text -> text.matches("[0-9]+\\.[0-9] s left, renewed in time"));
        browser.awaitText("#queue-note", "The master is not in this queue.");
        assertThat(browser.title()).isEqualTo("MASTER · /master · " + ScriptedService.SELF);
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/master.svg");
    }

    @Test
    void warnsOfALeaseThatIsNotRenewedAndShowsThatTheMasterIsUnknown() {
        node.begin(heldBy(MASTER), SHORT_SESSION);
        node.awaitRole(latch, Role.STANDBY);
        // A standby knows the master for one lease, 4 s here and 60 s before.
        visit().awaitText("#lease", text -> text.matches("[0-4]\\.[0-9] s without ZooKeeper"));

        node.fallSilent();

        browser.awaitText("#lease", text -> text.endsWith(" s, running out: not renewed"));
        browser.awaitText("#master", "Unknown");
        browser.awaitText("#role", "UNKNOWN");
        browser.awaitText("#lease", "0.0 s");

        node.refuse("authentication failed");

        browser.awaitText("#detail", text -> text.endsWith("authentication failed"));
        browser.awaitText("#queue-note", text -> text.startsWith("ZooKeeper cannot be asked"));
        browser.awaitText("#history li:first-child .event", "The master is unknown");
        assertThat(browser.title()).isEqualTo("UNKNOWN · /master · " + ScriptedService.SELF);
        assertThat(browser.attribute("#icon", "href")).isEqualTo("page/unknown.svg");
        assertThat(browser.text("#problem")).isEmpty();
    }

    @Test
    void showsThatTheMastersAddressCannotBeRead() {
        node.change(FakeMasterStore.stranger(new byte[0], FakeMasterStore.SINCE));
        node.awaitRole(latch, Role.STANDBY);

        visit().awaitText("#master", "Unknown");
        assertThat(browser.text("#detail")).contains("without an address: its data is empty");
        browser.awaitText("#role", "STANDBY");
        browser.awaitText("#warning", text -> text.endsWith("is master and its data is empty"));
    }

    @Test
    void showsAgesByTheClockOfTheInstance() {
        node.change(heldBy(MASTER, Instant.now().plusSeconds(3600)));
        node.awaitRole(latch, Role.STANDBY);
        visit().awaitText(
                        "#facts",
                        text -> text.matches("(?s).*, by a clock that is [0-9]+ min ahead of this instance's"));

        node.change(heldBy(MASTER, Instant.now().minusSeconds(600)));
        browser.awaitText("#facts", text -> text.endsWith(", for 10 min"));
        assertThat(browser.text("#clock")).isEmpty();

        browser.run("const clock = Date.now; Date.now = () => clock() + 3600000;" + ASK);

        browser.awaitText(
                "#clock",
                text -> text.matches(
                        "The clock of this device is (59 min|1 h 0 min) ahead of the instance's\\. Ages on this page are by the instance's clock\\."));
        browser.awaitText("#facts", text -> text.endsWith(", for 10 min"));
    }

    @Test
    void unfoldsFoldsAndCopiesALongHistory() {
        for (int number = 1; number <= 20; number++) {
            node.change(heldBy("master" + number + ":1"));
            node.awaitRole(latch, Role.STANDBY);
        }

        visit().awaitText("#fold", text -> text.matches("Show all [0-9]+"));
        assertThat(browser.text("#history li:first-child .event"))
                .startsWith("The master's address changed to master20:1");
        assertThat(browser.count("#history li")).isEqualTo(12);
        long all = Long.parseLong(browser.text("#fold").replace("Show all ", ""));

        browser.click("#fold");
        assertThat(browser.count("#history li")).isEqualTo(all);
        assertThat(browser.attribute("#fold", "aria-expanded")).isEqualTo("true");

        browser.click("#fold");
        assertThat(browser.count("#history li")).isEqualTo(12);
        assertThat(browser.attribute("#fold", "aria-expanded")).isEqualTo("false");

        // Folded or not, all of it is copied.
        browser.click("#copy");
        browser.awaitText("#announcement", "The history is copied.");
        assertIsHistory((String) browser.run("return navigator.clipboard.readText()"), all);

        // Without TLS a page has no clipboard of its own: the browser copies what is selected.
        browser.run("Object.defineProperty(navigator, 'clipboard', {value: undefined});"
                + "document.addEventListener('copy', () => window.copied = getSelection().toString());");
        browser.click("#copy");
        await().until(() -> browser.run("return window.copied") != null);
        assertIsHistory((String) browser.run("return window.copied"), all);
        assertThat(browser.count("textarea")).isZero();
    }

    private static void assertIsHistory(String text, long changes) {
        assertThat(text.lines().toList())
                .hasSize(Math.toIntExact(changes) + 1)
                .first()
                .asString()
                .isEqualTo("MasterLatch history · /master · " + ScriptedService.SELF);
        assertThat(text.lines().toList())
                .last()
                .asString()
                .matches(
                        "[-0-9]{10}T[:0-9]{8}\\.[0-9]{3}Z STANDBY -> STANDBY, master master20:1, epoch 4294967303: .+");
    }

    @Test
    void alertsOnceWhenContactIsLost() {
        visit().awaitText("#connection", "live");
        browser.awaitText("#queue li.master .address", MASTER);

        browser.run(CUT + ASK);

        browser.awaitText(
                "#lost",
                text -> text.matches(
                        "No contact with this instance for [2-9] s\\. The data below is from (\\S+ )?[:0-9]+"
                                + " UTC \\((\\S+ )?[:0-9]+ local\\) and may be out of date\\. Retrying …"));
        assertThat(browser.attribute("#alert", "role")).isEqualTo("alert");
        assertThat(browser.run("return alerts"))
                .isEqualTo(List.of("No contact with this instance. The data shown may be out of date."));
        // The banner counts seconds, which are not read aloud.
        assertThat(browser.count("[role] #lost, #lost[role], #lost[aria-live]")).isZero();
        assertThat(browser.text("#label")).isEqualTo("Last known master");
        assertThat(browser.text("#role")).isEqualTo("was STANDBY");
        assertThat(browser.title()).isEqualTo("NO CONTACT · /master · " + ScriptedService.SELF);
        assertReadable();

        browser.run("window.fetch = connected;" + ASK);

        browser.awaitText("#lost", "");
        browser.awaitText("#connection", "live");
        assertThat(browser.run("return document.getElementById('alert').textContent"))
                .isEqualTo("");
        assertThat(browser.text("#role")).isEqualTo("STANDBY");
    }

    @Test
    void isReadableWhateverIsShown() {
        String endless = "m".repeat(500) + ":1";
        node.begin(heldBy(MASTER), SHORT_SESSION);
        node.awaitRole(latch, Role.STANDBY);
        visit().awaitText("#master", MASTER);
        browser.awaitText("#queue li:last-child", text -> text.contains(ScriptedService.SELF));
        assertReadable();

        node.change(heldBy(endless));
        queue(endless, endless);
        browser.awaitText("#master", endless);
        browser.awaitText("#queue li:last-child .address", endless);
        assertReadable();

        node.change(FakeMasterStore.noMaster());
        node.awaitRole(latch, Role.MASTER);
        browser.awaitText("#role", "MASTER");
        assertReadable();

        node.refuse("authentication failed");
        browser.awaitText("#role", "UNKNOWN");
        assertReadable();
    }

    /** On phones and desktops, by day and by night. */
    private void assertReadable() {
        for (int width : List.of(320, 360, 1200)) {
            browser.width(width);
            assertThat(browser.overhang()).as("%s px", width).isZero();
        }
        for (String scheme : List.of("light", "dark")) {
            browser.scheme(scheme);
            assertThat(browser.faintTexts()).as(scheme).isEmpty();
        }
    }

    /** Writes target/page.png; docs/page.png is a copy. */
    @Test
    void hasAPicture() {
        Instant now = Instant.now();
        String history = """
                {"history": [
                {"at": "%s", "previousRole": "UNKNOWN", "role": "STANDBY", "master": "master3.example.com:2223", "epoch": 4294967303,
                 "cause": "master3.example.com:2223 holds the lease"},
                {"at": "%s", "previousRole": "STANDBY", "role": "STANDBY", "master": null, "epoch": null,
                 "cause": "the lease of master3.example.com:2223 lapsed"},
                {"at": "%s", "previousRole": "STANDBY", "role": "MASTER", "master": "master2.example.com:2223", "epoch": 4294967341,
                 "cause": "took over from master3.example.com:2223: its lease lapsed"},
                {"at": "%s", "previousRole": "MASTER", "role": "STANDBY", "master": "master1.example.com:2223", "epoch": 4294967388,
                 "cause": "released the lease to hand it over to master1.example.com:2223"}
                ]}""".formatted(
                        now.minusSeconds(5400), now.minusSeconds(2520), now.minusSeconds(2519), now.minusSeconds(190));
        node.candidates(List.of(
                pictured(FakeMasterStore.FOREIGN_ID, 1, now.minusSeconds(5000)),
                pictured("0000000000a70001", 2, now.minusSeconds(190)),
                pictured("0000000000a70004", 3, now.minusSeconds(150))));
        browser.width(1080).scheme("light").timeZone("Europe/Berlin");
        visit().awaitText("#master", MASTER);
        browser.run(
                "const connected = fetch, history = arguments[0]; window.fetch = (path, ...rest) =>"
                        + " path === 'master/history' ? Promise.resolve(new Response(history)) : connected(path, ...rest)",
                history);

        node.change(heldBy(MASTER, 4294967388L, now.minusSeconds(190)));

        browser.awaitText("#facts", text -> text.endsWith(", for 3 min"));
        browser.awaitText("#history li:last-child .event", text -> text.startsWith("master3.example.com"));
        browser.awaitText("#queue li:last-child .candidate", text -> text.startsWith("master3.example.com"));
        browser.awaitText("#lease", text -> text.endsWith("without ZooKeeper"));
        assertThat(browser.screenshot(Path.of("target", "page.png"))).isNotEmptyFile();
    }

    private static Candidate pictured(String id, int number, Instant since) {
        Candidate plain = FakeMasterStore.candidate(id, "master" + number + ".example.com:2223");
        String url = "https://app" + number + ".example.com/";
        return new Candidate(plain.node(), plain.address(), url, since, plain.session());
    }

    private Browser visit() {
        return browser.visit(URI.create("http://127.0.0.1:" + port + "/"));
    }

    /** The first of them holds the lease. */
    private void queue(String first, String second) {
        node.candidates(List.of(
                FakeMasterStore.candidate(FakeMasterStore.FOREIGN_ID, first),
                FakeMasterStore.candidate("0000000000000078", second)));
    }
}
