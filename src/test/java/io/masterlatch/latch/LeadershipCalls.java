package io.masterlatch.latch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;

/** Keeps the calls that it gets, in their order. */
public final class LeadershipCalls implements LeaderLatchListener {

    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public void isLeader() {
        calls.add("isLeader");
    }

    @Override
    public void notLeader() {
        calls.add("notLeader");
    }

    /** Returns the names of the methods called so far. */
    public List<String> calls() {
        return List.copyOf(calls);
    }
}
