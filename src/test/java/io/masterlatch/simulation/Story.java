package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened in a schedule, in words; kept only when it will be printed. */
final class Story {

    private final Timeline timeline;
    private final boolean kept;
    private final List<String> lines = new ArrayList<>();

    Story(Timeline timeline, boolean kept) {
        this.timeline = timeline;
        this.kept = kept;
    }

    void add(Supplier<String> event) {
        if (kept) {
            lines.add(String.format("%9.4f s  %s", timeline.now() / 1e9, event.get()));
        }
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
