package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import io.masterlatch.election.UtcMillis;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Answers what this instance has seen happen since it started. */
@RestController
class HistoryController {

    private final MastershipHistory history;

    HistoryController(MastershipHistory history) {
        this.history = history;
    }

    /** The latest changes, the oldest first. */
    @RequestMapping(
            path = "/master/history",
            method = {RequestMethod.GET, RequestMethod.HEAD},
            produces = MediaType.APPLICATION_JSON_VALUE)
    List<ChangeView> history() {
        return history.entries().stream().map(ChangeView::of).toList();
    }

    /**
     * One change.
     *
     * @param at when this instance saw it
     * @param from its role before
     * @param to its role after
     * @param master the master's address after; null when there is none, or it is not known or not readable
     * @param epoch the master's epoch after; null when there is no master or it is not known
     * @param since since when that one is master
     * @param cause why, in words
     */
    @JsonPropertyOrder({"at", "from", "to", "master", "epoch", "since", "cause"})
    record ChangeView(
            String at,
            Role from,
            Role to,
            @Nullable String master,
            @Nullable Long epoch,
            @Nullable String since,
            String cause) {

        static ChangeView of(MastershipHistory.Entry entry) {
            MastershipChange change = entry.change();
            Master master = change.master();
            return new ChangeView(
                    UtcMillis.text(entry.at()),
                    change.from(),
                    change.to(),
                    master == null ? null : master.address(),
                    master == null ? null : master.epoch(),
                    master == null ? null : master.sinceText(),
                    change.cause());
        }
    }
}
