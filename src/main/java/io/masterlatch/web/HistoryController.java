package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.UtcMillis;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Keeps the latest changes of role or master that this instance has seen since it started, and answers with them. */
@RestController
class HistoryController implements Consumer<MastershipChange> {

    private static final int CAPACITY = 100;

    private final String election;
    private final Clock clock;
    private final Deque<ChangeView> changes = new ArrayDeque<>();

    HistoryController(String election, Clock clock) {
        this.election = election;
        this.clock = clock;
    }

    @Override
    public synchronized void accept(MastershipChange change) {
        if (changes.size() == CAPACITY) {
            changes.removeFirst();
        }
        Master master = change.master();
        changes.addLast(new ChangeView(
                UtcMillis.text(clock.instant()),
                change.from(),
                change.to(),
                master == null ? null : master.address(),
                master == null ? null : master.epoch(),
                master == null ? null : master.sinceText(),
                change.cause()));
    }

    /** The latest changes, the oldest first. */
    @RequestMapping(
            path = WebProperties.BASE_PATH + "/master/history",
            method = {RequestMethod.GET, RequestMethod.HEAD},
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> history() {
        return Responses.json(new Answer(election, changes()));
    }

    private synchronized List<ChangeView> changes() {
        return List.copyOf(changes);
    }

    /** The answer, an object, so that fields can be added. */
    @JsonPropertyOrder({"election", "history"})
    private record Answer(String election, List<ChangeView> history) {}

    @JsonPropertyOrder({"at", "previousRole", "role", "master", "epoch", "since", "cause"})
    private record ChangeView(
            String at,
            Role previousRole,
            Role role,
            @Nullable String master,
            @Nullable Long epoch,
            @Nullable String since,
            String cause) {}
}
