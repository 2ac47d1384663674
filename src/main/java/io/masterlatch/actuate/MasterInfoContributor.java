package io.masterlatch.actuate;

import io.masterlatch.election.ClockReading;
import io.masterlatch.election.Mastership;
import io.masterlatch.latch.MasterLatch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Adds the role of this instance and the present master, from memory. */
final class MasterInfoContributor implements InfoContributor {

    private final MasterLatch latch;

    MasterInfoContributor(MasterLatch latch) {
        this.latch = latch;
    }

    @Override
    public void contribute(Info.Builder builder) {
        Mastership mastership = latch.mastership();
        ClockReading now = latch.now();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("election", latch.getElection());
        details.put("role", mastership.role(now));
        mastership.master(now).ifPresent(master -> {
            details.put("master", master.name());
            details.put("epoch", master.epoch());
        });
        builder.withDetail("masterlatch", details);
    }
}
