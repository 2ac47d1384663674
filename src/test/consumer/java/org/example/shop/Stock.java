package org.example.shop;

import io.masterlatch.election.MastershipChange;
import io.masterlatch.guard.OnlyMaster;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

/** Work that one instance does. */
@Service
@ConditionalOnProperty("shop.zookeeper")
public class Stock {

    private final AtomicInteger counted = new AtomicInteger();
    private final List<String> changes = new CopyOnWriteArrayList<>();

    /** Runs on the master alone. */
    @OnlyMaster
    public void count() {
        counted.incrementAndGet();
    }

    /** Returns how often this instance has counted. */
    public int counted() {
        return counted.get();
    }

    /** Collects what happens to the mastership. */
    @EventListener
    public void changed(MastershipChange change) {
        changes.add(change.from() + ">" + change.to());
    }

    /** Returns what has happened. */
    public List<String> changes() {
        return changes;
    }
}
