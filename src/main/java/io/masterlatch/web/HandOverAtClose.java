package io.masterlatch.web;

import io.masterlatch.latch.MasterLatch;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Hands the mastership over before a graceful shutdown begins, if clients wait for changes and there is another
 * candidate. They get the successor as their answer: a latch that is closed does not see it any more.
 */
record HandOverAtClose(ApplicationContext context, MasterLatch latch, Subscribers subscribers)
        implements ApplicationListener<ContextClosedEvent> {

    private static final Logger log = LoggerFactory.getLogger(HandOverAtClose.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        // The events of child contexts come here as well.
        boolean own = event.getApplicationContext() == context;
        boolean graceful =
                !"immediate".equalsIgnoreCase(context.getEnvironment().getProperty("server.shutdown"));
        if (own && graceful && subscribers.count() > 0 && latch.hasLeadership()) {
            handOver();
            subscribers.lookAll();
        }
    }

    private void handOver() {
        try {
            latch.handOver(null, TIMEOUT).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException ex) {
            log.debug("No successor was seen before the stop", ex);
        }
    }
}
