package io.masterlatch.testing;

import io.masterlatch.testing.MasterHistory.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a history of answers shows, with no benefit of the doubt for the instances and none for the checker.
 *
 * <p>An answer MASTER was true at some instant between its question's sending and its receipt; it is not known which.
 * So an overlap is certain only when the order of answers leaves no other reading: an instance said MASTER of one epoch
 * in an answer that was <em>asked for</em> after another's MASTER of a later epoch had been <em>received</em>. That
 * covers the answer of one between two of another as well, since of two epochs one is later. And no two may have one
 * epoch.
 *
 * @param masters the masters, in the order of first answers
 * @param violations what should never happen, in words
 * @param overlap for how long two were certainly master at once, the longest of all pairs
 * @param withoutMaster for how long in all, at most, no instance said MASTER between the first answer and the last
 * @param longestWithoutMaster the longest such time
 */
public record HistoryReport(
        List<Tenure> masters,
        List<String> violations,
        Duration overlap,
        Duration withoutMaster,
        Duration longestWithoutMaster) {

    /**
     * The answers MASTER of one instance in one epoch.
     *
     * @param firstReceived when the first of them was received
     * @param lastSent when the last of them was asked for
     */
    public record Tenure(String instance, long epoch, String master, long firstReceived, long lastSent) {

        private Tenure and(Answer next) {
            return new Tenure(
                    instance, epoch, master, Math.min(firstReceived, next.received()), Math.max(lastSent, next.sent()));
        }
    }

    private record Span(long from, long to) {}

    private record Key(String instance, long epoch) {}

    /** Judges answers given in any order. */
    public static HistoryReport of(List<Answer> answers) {
        List<Answer> ordered = answers.stream()
                .sorted(Comparator.comparingLong(Answer::received))
                .toList();
        List<Tenure> masters = masters(ordered);
        List<String> violations = new ArrayList<>();
        long overlap = 0;
        for (Tenure earlier : masters) {
            for (Tenure later : masters) {
                boolean others = !earlier.instance().equals(later.instance());
                if (others
                        && earlier.epoch() == later.epoch()
                        && earlier.instance().compareTo(later.instance()) < 0) {
                    violations.add("two masters of one epoch: " + earlier + " and " + later);
                } else if (earlier.epoch() < later.epoch() && earlier.lastSent() > later.firstReceived()) {
                    long nanos = earlier.lastSent() - later.firstReceived();
                    overlap = others ? Math.max(overlap, nanos) : overlap;
                    violations.add((others ? "two masters for " : "an epoch that fell, for ") + Duration.ofNanos(nanos)
                            + ": " + earlier + " and " + later);
                }
            }
        }
        List<Long> gaps = gaps(ordered);
        return new HistoryReport(
                masters,
                List.copyOf(violations),
                Duration.ofNanos(overlap),
                Duration.ofNanos(gaps.stream().mapToLong(Long::longValue).sum()),
                Duration.ofNanos(gaps.stream().mapToLong(Long::longValue).max().orElse(0)));
    }

    /** Returns how often the mastership changed, also from an instance to itself with a new epoch. */
    public int changes() {
        return Math.max(0, masters.size() - 1);
    }

    /** Says whether every master had a higher epoch than the one before it. */
    public boolean epochsRise() {
        for (int i = 1; i < masters.size(); i++) {
            if (masters.get(i).epoch() <= masters.get(i - 1).epoch()) {
                return false;
            }
        }
        return true;
    }

    private static List<Tenure> masters(List<Answer> ordered) {
        Map<Key, Tenure> tenures = new LinkedHashMap<>();
        for (Answer answer : ordered) {
            if (answer.isMaster()) {
                Tenure first = new Tenure(
                        answer.instance(), answer.epoch(), answer.master(), answer.received(), answer.sent());
                tenures.merge(new Key(answer.instance(), answer.epoch()), first, (tenure, one) -> tenure.and(answer));
            }
        }
        return List.copyOf(tenures.values());
    }

    /** Returns the times that no instance's unbroken row of answers MASTER covers, from receipt to question. */
    private static List<Long> gaps(List<Answer> ordered) {
        if (ordered.isEmpty()) {
            return List.of();
        }
        List<Span> spans = new ArrayList<>();
        ordered.stream()
                .collect(Collectors.groupingBy(Answer::instance))
                .values()
                .forEach(row -> spans(row, spans));
        spans.sort(Comparator.comparingLong(Span::from));
        List<Long> gaps = new ArrayList<>();
        long covered = ordered.stream().mapToLong(Answer::sent).min().getAsLong();
        for (Span span : spans) {
            if (span.from() > covered) {
                gaps.add(span.from() - covered);
            }
            covered = Math.max(covered, span.to());
        }
        long end = ordered.get(ordered.size() - 1).received();
        if (end > covered) {
            gaps.add(end - covered);
        }
        return gaps;
    }

    private static void spans(List<Answer> row, List<Span> spans) {
        Answer first = null;
        Answer last = null;
        for (Answer answer : row) {
            if (answer.isMaster() && first != null && first.epoch() == answer.epoch()) {
                last = answer;
            } else {
                add(first, last, spans);
                first = answer.isMaster() ? answer : null;
                last = first;
            }
        }
        add(first, last, spans);
    }

    private static void add(Answer first, Answer last, List<Span> spans) {
        if (first != null) {
            spans.add(new Span(first.received(), Math.max(first.received(), last.sent())));
        }
    }
}
