package io.masterlatch.bench;

import java.util.Locale;

/** What one benchmark finds, in Markdown, also shown on the console. */
final class Report {

    private final StringBuilder text = new StringBuilder();
    private final double loadBefore = Machine.load();
    private final long begin = System.nanoTime();

    Report(String name) {
        line("### %s", name);
        line("");
    }

    void line(String format, Object... values) {
        String line = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        System.out.println(line);
        text.append(line).append('\n');
    }

    void table(Table table) {
        line(table.toString());
    }

    /** Says on the console alone how far it is. */
    void progress(String format, Object... values) {
        System.out.println("... " + String.format(Locale.ROOT, format, values));
    }

    /** Returns all that was reported. */
    String end() {
        line(
                "Took %d s; load %.1f before, %.1f after.",
                (System.nanoTime() - begin) / 1_000_000_000, loadBefore, Machine.load());
        return text.toString();
    }
}
