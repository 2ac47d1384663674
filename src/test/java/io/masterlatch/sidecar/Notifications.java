package io.masterlatch.sidecar;

import io.masterlatch.election.Master;
import io.masterlatch.election.MastershipChange;
import io.masterlatch.election.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Notifications for tests. */
final class Notifications {

    static final Instant AT = Instant.parse("2026-11-22T07:35:00.456Z");
    static final String SELF = "self.example.com:1";
    static final Master OWN = new Master(SELF, 7, Instant.parse("2026-11-22T07:35:00.123Z"), 0x1, "0000000000000001");

    private Notifications() {}

    static Notification gained(long sequence) {
        return notification(sequence, Role.STANDBY, Role.MASTER, OWN, "claimed the lease, which no instance held");
    }

    static Notification lost(long sequence) {
        return notification(sequence, Role.MASTER, Role.UNKNOWN, null, "it was closed");
    }

    static Notification notification(long sequence, Role from, Role to, @Nullable Master master, String cause) {
        return new Notification(sequence, AT, "/master", SELF, new MastershipChange(from, to, null, master, cause));
    }
}
