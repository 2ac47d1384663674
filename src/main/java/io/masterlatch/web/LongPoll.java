package io.masterlatch.web;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;

/** A request that waits for a change, up to a time. */
final class LongPoll extends DeferredResult<ResponseEntity<?>> implements Subscriber {

    private final ConditionalRequest request;
    private final BooleanSupplier answered;
    private final Function<ConditionalRequest, ResponseEntity<?>> answer;
    private final Subscribers subscribers;
    private final long end;

    LongPoll(
            ConditionalRequest request,
            BooleanSupplier answered,
            Function<ConditionalRequest, ResponseEntity<?>> answer,
            Subscribers subscribers) {
        // The container must not end it, since it would answer 503.
        super(0L);
        this.request = request;
        this.answered = answered;
        this.answer = answer;
        this.subscribers = subscribers;
        onCompletion(() -> subscribers.leave(this));
        // The client named an upper bound, so it looks rather early than late.
        this.end = System.nanoTime()
                + Duration.ofSeconds(request.seconds()).minus(Subscribers.PACE).toNanos();
    }

    @Override
    public void look() {
        if (System.nanoTime() - end >= 0 || answered.getAsBoolean()) {
            end();
        }
    }

    @Override
    public void end() {
        subscribers.leave(this);
        setResult(answer.apply(request));
    }
}
