package io.masterlatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.regex.Pattern.CASE_INSENSITIVE;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks the words of code and documentation: one term for one thing, and plain technical English. Identifiers count as
 * the words that they are made of.
 */
class WordsTests {

    /**
     * Words to avoid.
     *
     * @param words the words, as a regular expression
     * @param instead what to write
     * @param files the files that it is for, as a regular expression for a part of their path
     */
    private record Rule(String words, String instead, Pattern files) {}

    /**
     * A use of such a word that is right.
     *
     * @param file a part of the file's path
     * @param text the text with the word
     * @param reason why it stays
     */
    private record Exemption(String file, String text, String reason) {}

    private static final List<Rule> RULES = List.of(
            // Prose.
            rule(
                    "who|whoever|whom|whomever",
                    "a process is \"it\", a reader \"you\": the instance that ..., which instance"),
            rule(
                    "somebody|someone|anybody|nobody|everybody",
                    "a client, another process, an operator; no instance, nothing"),
            rule("yourself|yourselves", "name the thing to do: Securing the election"),
            rule("tell|tells|told|telling", "say, report, notify, publish; cannot tell: does not know, is unknown"),
            rule("stand|stands|stood|standing", "be, remain; of a candidate: is a candidate"),
            rule("reckon\\w*", "count, compute, assume"),
            rule("heed\\w*", "follow, respect"),
            rule("befall\\w*|befell", "happen to"),
            rule("at hand|to be had", "available"),
            rule("take note|takes note|took note", "record; or say what causes the call: Called when ..."),
            rule("meddle\\w*|meddling", "change, change by hand"),
            rule("cease|ceases|ceased", "stop; is no longer"),
            rule("wish|wishes|wished", "request"),
            rule("not promised", "not guaranteed"),
            rule("in vain", "without success, failed"),
            rule("beside", "next to, in addition to; the feature: sidecar"),
            // Terms.
            rule("proof|proofs|proven|prove|proves|proved|proving|evidence", "renewal, renew; of a test: show, check"),
            rule("acquire|acquires|acquired|acquiring", "claim"),
            rule("give up|gives up|gave up|given up|giving up", "release (a lease), withdraw, abandon"),
            rule("seat|seats|occupant|occupants", "node, NodeState, portProbe"),
            rule("vacant|unseen", "absent, unknown"),
            rule("knowledge", "observed state"),
            rule("succession|lineless|heir|heirs", "candidate queue, position, successor"),
            rule("barred|unbar|unbarred", "suspend, suspended, resume"),
            rule("ail|ails|ailing|ailed", "unhealthy, healthy"),
            rule("stirred|hindered|oddity|oddities|trouble|troubles", "changed, warning, error, problem"),
            rule("inbox|printout|fitness", "mailbox, output logger, health hysteresis"),
            rule(
                    "news|messenger|messengers|recipient|recipients|farewell",
                    "notification, notification worker, target"),
            rule("watcher|watchers|watch limits?", "subscriber; watch is ZooKeeper's word", "/web/|/sidecar/|openapi"));

    private static final List<Exemption> EXEMPTIONS = List.of(
            new Exemption("sidecar/WebhookTests.java", "permits.acquire", "a method of java.util.concurrent.Semaphore"),
            new Exemption("sidecar/NotificationWorkerTests.java", "permits.acquire", "the same"),
            new Exemption("web/Subscribers.java", "places.tryAcquire", "the same"));

    private static final Set<String> TEXTS = Set.of(
            "java", "md", "yaml", "yml", "xml", "json", "properties", "html", "js", "css", "cfg", "service", "svg");
    private static final List<String> ROOTS = List.of("src", "docs", "deploy");
    private static final String SELF = "WordsTests.java";
    private static final Pattern BETWEEN_WORDS =
            Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\\w)_(?=\\w)|(?<=[a-z])-(?=[a-z])");
    private static final String GAP = "(?:[\\\\s*#]|//)+";

    /** All rules, each in a group of its own. */
    private static final Pattern WORDS = Pattern.compile(
            RULES.stream().map(Rule::words).collect(joining(")|(", "\\b(?:(", "))\\b")), CASE_INSENSITIVE);

    private static Rule rule(String words, String instead) {
        return rule(words, instead, "");
    }

    private static Rule rule(String words, String instead, String files) {
        return new Rule(words.replaceAll(" (?=\\w)", GAP), instead, Pattern.compile(files));
    }

    @Test
    void textsUsePlainEnglishAndTheTermsOfTheProject() throws IOException {
        List<String> findings = new ArrayList<>();
        for (Path file : files()) {
            findings.addAll(findings(file.toString(), Files.readString(file, UTF_8)));
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void everyExemptionIsUsed() throws IOException {
        List<Exemption> unused = new ArrayList<>(EXEMPTIONS);
        for (Path file : files()) {
            String text = Files.readString(file, UTF_8);
            unused.removeIf(it -> file.toString().contains(it.file()) && text.contains(it.text()));
        }
        assertThat(unused).isEmpty();
    }

    @Test
    void findsWordsInIdentifiersAndPhrasesOverTwoLines() {
        assertThat(findings("A.java", "x();\nvoid tellsWhoIsMaster() {}\n"))
                .satisfiesExactly(
                        tells -> assertThat(tells).startsWith("A.java:2: \"tells\": write say"),
                        who -> assertThat(who).startsWith("A.java:2: \"Who\": write a process is"));
        assertThat(findings("a.md", "A lease at\n * hand, and a NOBODY_ELSE; whole, withstand, standby\n"))
                .satisfiesExactly(
                        phrase -> assertThat(phrase).startsWith("a.md:1: \"at * hand\""),
                        nobody -> assertThat(nobody).startsWith("a.md:2: \"NOBODY\""));
    }

    private static List<String> findings(String file, String text) {
        String checked = text;
        for (Exemption exemption : EXEMPTIONS) {
            checked = file.contains(exemption.file()) ? checked.replace(exemption.text(), "") : checked;
        }
        String words = BETWEEN_WORDS.matcher(checked).replaceAll(" ");
        List<String> findings = new ArrayList<>();
        Matcher found = WORDS.matcher(words);
        while (found.find()) {
            Rule rule = IntStream.rangeClosed(1, RULES.size())
                    .filter(group -> found.group(group) != null)
                    .mapToObj(group -> RULES.get(group - 1))
                    .findFirst()
                    .orElseThrow();
            if (rule.files().matcher(file).find()) {
                long line = 1
                        + words.substring(0, found.start())
                                .chars()
                                .filter(c -> c == '\n')
                                .count();
                String word = found.group().replaceAll("\\s+", " ");
                findings.add("%s:%d: \"%s\": write %s".formatted(file, line, word, rule.instead()));
            }
        }
        return findings;
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of(""))) {
            top.filter(Files::isRegularFile).forEach(files::add);
        }
        for (String root : ROOTS) {
            try (Stream<Path> below = Files.walk(Path.of(root))) {
                below.filter(Files::isRegularFile).forEach(files::add);
            }
        }
        files.removeIf(file -> !isText(file.getFileName().toString()));
        assertThat(files).hasSizeGreaterThan(100);
        return files;
    }

    private static boolean isText(String name) {
        return !name.equals(SELF)
                && (TEXTS.contains(name.substring(name.lastIndexOf('.') + 1)) || name.equals("Dockerfile"));
    }
}
