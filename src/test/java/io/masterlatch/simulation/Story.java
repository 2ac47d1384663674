package io.masterlatch.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened in a schedule, in words; kept only when somebody is going to read it. */
final class Story {

    private final Timeline timeline;
    private final boolean told;
    private final List<String> lines = new ArrayList<>();

    Story(Timeline timeline, boolean told) {
        this.timeline = timeline;
        this.told = told;
    }

    void tell(Supplier<String> event) {
        if (told) {
            lines.add(String.format("%9.4f s  %s", timeline.now() / 1e9, event.get()));
        }
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
