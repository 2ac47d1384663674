package io.masterlatch.integration;

import io.masterlatch.latch.MasterLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;

/** Publishes the events of Spring Integration, on the thread of the listener. */
final class LeaderEvents implements LeaderLatchListener {

    private final Leadership context;
    private final ApplicationEventPublisher publisher;

    LeaderEvents(MasterLatch latch, String role, ApplicationEventPublisher publisher) {
        this.context = new Leadership(latch, role);
        this.publisher = publisher;
    }

    @Override
    public void isLeader() {
        publisher.publishEvent(new OnGrantedEvent(context.latch, context, context.role));
    }

    @Override
    public void notLeader() {
        publisher.publishEvent(new OnRevokedEvent(context.latch, context, context.role));
    }

    private record Leadership(MasterLatch latch, String role) implements Context {

        @Override
        public boolean isLeader() {
            return latch.hasLeadership();
        }

        @Override
        public String getRole() {
            return role;
        }

        /** Releases the lease, and goes to the end of the queue. Does nothing on an instance that is not the master. */
        @Override
        public void yield() {
            if (latch.hasLeadership()) {
                latch.withdraw().whenComplete((outcome, failure) -> latch.join());
            }
        }
    }
}
