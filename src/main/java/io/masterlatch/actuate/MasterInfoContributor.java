package io.masterlatch.actuate;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Master;
import io.masterlatch.election.Mastership;
import io.masterlatch.latch.MasterLatch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Adds the role of this instance and the present master, from memory. */
record MasterInfoContributor(MasterLatch latch) implements InfoContributor {

    @Override
    public void contribute(Info.Builder builder) {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("election", latch.getElection());
        details.put("role", mastership.role(now));
        mastership.master(now).ifPresent(master -> describe(master, details::put));
        builder.withDetail("masterlatch", details);
    }

    /** Adds the epoch of a master, and its address if that is readable. */
    static void describe(Master master, BiConsumer<String, Object> details) {
        if (master.address() != null) {
            details.accept("master", master.address());
        }
        details.accept("epoch", master.epoch());
    }
}
