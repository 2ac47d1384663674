package io.masterlatch.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.masterlatch.election.Master;
import io.masterlatch.election.Role;

/**
 * Who is master, as {@code GET /master} tells it.
 *
 * @param master the master's address
 * @param epoch the master's epoch, the fencing token
 * @param since when it became master, in UTC and to the millisecond
 * @param self the address of the instance that answers
 * @param role the role of the instance that answers
 */
@JsonPropertyOrder({"master", "epoch", "since", "self", "role"})
record MasterView(String master, long epoch, String since, String self, Role role) {

    static MasterView of(Master master, String address, String self, Role role) {
        return new MasterView(address, master.epoch(), master.sinceText(), self, role);
    }
}
