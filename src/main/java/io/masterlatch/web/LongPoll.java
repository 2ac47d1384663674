package io.masterlatch.web;

import jakarta.servlet.AsyncContext;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request that waits for an answer that is news to the client. When there is one, or the time is up, it is handled anew, so
 * that what is answered is true then.
 */
final class LongPoll implements Watcher {

    private final AsyncContext request;
    private final Question question;
    private final Reporter reporter;
    private final long end;
    private final AtomicBoolean over = new AtomicBoolean();

    LongPoll(AsyncContext request, Question question, Reporter reporter) {
        this.request = request;
        this.question = question;
        this.reporter = reporter;
        // The client named an upper bound: rather one look early than one late.
        this.end = System.nanoTime() + question.time().minus(Watchers.PACE).toNanos();
    }

    @Override
    public void look() {
        if (System.nanoTime() - end >= 0 || question.isAnsweredBy(reporter.now())) {
            end();
        }
    }

    @Override
    public void end() {
        if (over.compareAndSet(false, true)) {
            request.dispatch();
        }
    }

    @Override
    public void gone() {
        over.set(true);
    }
}
