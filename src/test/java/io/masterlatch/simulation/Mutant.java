package io.masterlatch.simulation;

import java.util.List;

/** Ways to break the protocol, each by a change of the production sources. The simulation has to notice every one. */
enum Mutant {
    CLONE_BY_ID(
            Realm.CLONED,
            "",
            edit(
                    "OwnLease",
                    "&& nonce != null && (nonce.equals(confirmed) || unconfirmed.contains(nonce));",
                    "&& nonce != null;")),
    LEASE_CREATED_ANEW_AS_RELEASED(
            Realm.LEASE_LOST,
            "froze|held up",
            edit("Decision", "boolean maybeHeld = state.observed.wasHeld();", "boolean maybeHeld = false;")),
    RUBBISH_LAPSES_AT_ONCE(
            Realm.LEASE_LOST,
            "froze|held up",
            edit(
                    "LeaseRecord",
                    "new LeaseRecord(Kind.UNREADABLE, null, null, LONGEST, 0, null, null)",
                    "new LeaseRecord(Kind.UNREADABLE, null, null, Duration.ZERO, 0, null, null)")),
    LATE_REPLY_EXTENDS(
            Realm.ORDINARY,
            "withdrew|stopped|handed over|slow",
            edit("Replies", "new Pending(send, sent, true)", "new Pending(send, sent, false)")),
    EARLY_LAPSE(Realm.ORDINARY, "", edit("ObservedState", "length.toNanos() / 10 * 12", "length.toNanos()")),
    LEASE_FROM_THE_REPLY(
            Realm.ORDINARY,
            "",
            edit(
                    "Replies",
                    "new Mastership.Lease(master, pending.sent, record.length())",
                    "new Mastership.Lease(master, now, record.length())")),
    SEEN_FROM_THE_SENDING(
            Realm.ORDINARY,
            "slow",
            edit(
                    "Replies",
                    "state.observed.look(looked, now.nanos())",
                    "state.observed.look(looked, pending.sent.nanos())")),
    SEEN_BY_HOLDER(
            Realm.ORDINARY,
            "",
            edit(
                    "ObservedState",
                    "if (!looked || !sameWrite(lease, newLease)) {",
                    "if (lease == null || newLease == null"
                            + " || !Objects.equals(lease.record().holder(), newLease.record().holder())) {")),
    RENEWAL_WITHOUT_A_VERSION(
            Realm.ORDINARY,
            "terminated|cut off",
            edit(
                    "Decision",
                    "lease.epoch(), state.self),\n                    lease.version());",
                    "lease.epoch(), state.self), -1);")),
    CLAIM_WITHOUT_A_VERSION(
            Realm.ORDINARY,
            "",
            edit("Decision", "record, version, nodeVersion,", "record, guard == null ? -1 : version, nodeVersion,")),
    A_LOOK_EXTENDS(
            Realm.ORDINARY,
            "froze|under way|cut off|slow",
            edit(
                    "Replies",
                    "state.own.confirm(node.record().nonce());",
                    "state.own.confirm(node.record().nonce());"
                            + " if (state.observed.isBound()) { state.own.extend(new Mastership.Lease("
                            + "state.observed.master(), pending.sent, node.record().length()), now); }")),
    RELEASE_GUESSES_THE_VERSION(
            Realm.ORDINARY,
            "request under way|late|withdrew|handed over|slow|server froze",
            edit(
                    "Election",
                    "pending = under != null && (joining || under.request() instanceof Request.Write) ? under.ofThePast() : null;",
                    "pending = null; state.releasing.guess = under != null && under.request() instanceof Request.Write;"),
            edit("Releasing", "final String why;", "final String why; boolean guess;"),
            edit(
                    "Releasing",
                    "lease.version(),",
                    "lease.version() + (state.releasing != null && state.releasing.guess ? 1 : 0),")),
    LEASE_ENDED_WHEN_THE_RELEASE_IS_ANSWERED(
            Realm.ORDINARY,
            "handed over|withdrew|stopped|slow|server froze",
            edit("Election", "state.endLease(why, now);\n        state.changes", "state.changes"),
            edit("Replies", "state.own.released();", "state.own.released(); state.endLease(\"released\", now);")),
    CLAIM_WITHOUT_A_LOOK_OR_A_GUARD(
            Realm.ORDINARY, "guard", edit("Decision", "claim(1, null, guard,", "claim(1, null, null,")),
    OWN_LEFTOVER_IS_NOBODYS(
            Realm.LEASE_RELEASED,
            "",
            edit(
                    "Decision",
                    "return node != null && session != null && node.owner() == session.id() && !state.observed.isBound();",
                    "return false;")),
    RELEASE_DELETES_BY_A_FIXED_VERSION(
            Realm.ORDINARY,
            "edited",
            edit(
                    "Releasing",
                    "node == null ? null : Integer.valueOf(node.version()),",
                    "node == null ? null : Integer.valueOf(1),")),
    RELEASE_AFTER_A_RECONNECT_WITHOUT_A_LOOK(
            Realm.REPLACED, "restored|handed over|server crashed", edit("Election", "state.uncertain = true;", ""));

    final Realm realm;
    /** The faults that help to notice it; see {@link Simulation.Choice}. */
    final String focus;

    final List<Edit> edits;

    Mutant(Realm realm, String focus, Edit... edits) {
        this.realm = realm;
        this.focus = focus;
        this.edits = List.of(edits);
    }

    /**
     * A change of a source file.
     *
     * @param type the simple name of the class in the election's package
     * @param from the text to replace, which must be there exactly once
     * @param to the text to put there
     */
    record Edit(String type, String from, String to) {}

    private static Edit edit(String type, String from, String to) {
        return new Edit(type, from, to);
    }
}
