package io.masterlatch.web;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers which instance is master: now, when that changes, or both in a stream.
 *
 * <p>200 with the master, 404 when there is none, 503 when this instance does not know. With {@code Prefer: wait} an
 * answer that the client has already, or, if it names none, one without a master, is held back until there is another.
 */
@RestController
@RequestMapping(
        path = WebProperties.BASE_PATH + "/master",
        // HEAD comes with GET anyway. Named, it is in the header Allow, too.
        method = {RequestMethod.GET, RequestMethod.HEAD})
class MasterController {

    // In the order of preference among those that a client accepts alike. Methods of their own would be chosen by
    // Spring, but three mappings of one path cost a tenth of the throughput.
    private static final List<MediaType> FORMATS =
            List.of(MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN, MediaType.TEXT_EVENT_STREAM);

    private static final String TOO_MANY = "too-many-subscribers";

    private final MasterStateProvider state;
    private final Subscribers subscribers;
    private final Duration heartbeat;

    MasterController(MasterStateProvider state, Subscribers subscribers, Duration heartbeat) {
        this.state = state;
        this.subscribers = subscribers;
        this.heartbeat = heartbeat;
    }

    @RequestMapping(
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE, MediaType.TEXT_EVENT_STREAM_VALUE
            })
    @Nullable
    Object master(HttpServletRequest request, HttpServletResponse response) throws IOException {
        MediaType format = format(request);
        if (format == MediaType.TEXT_EVENT_STREAM) {
            return events(request, response);
        }
        return answer(request, response, format == MediaType.TEXT_PLAIN ? Representation::text : Representation::json);
    }

    /** Returns the format that the client prefers: a stream only if it names that, and JSON if it does not mind. */
    private static MediaType format(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept != null && !accept.equals(MediaType.ALL_VALUE)) {
            List<MediaType> accepted =
                    MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
            MimeTypeUtils.sortBySpecificity(accepted);
            for (MediaType type : accepted) {
                for (MediaType format : FORMATS) {
                    if (type.includes(format)) {
                        return format;
                    }
                }
            }
        }
        return MediaType.APPLICATION_JSON;
    }

    private @Nullable ResponseEntity<?> events(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (!subscribers.isRunning()) {
            return state.now().json().get();
        }
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        // Some proxies collect a response before they pass it on, unless a header prevents it.
        response.setHeader("X-Accel-Buffering", "no");
        if (HttpMethod.HEAD.matches(request.getMethod())) {
            return null;
        }
        ServletOutputStream out = response.getOutputStream();
        if (subscribers.admit(() -> EventStream.open(request, out, state, subscribers, heartbeat)) == null) {
            // An event, since an EventSource never asks again after a status that is an error.
            response.setHeader(HttpHeaders.CONNECTION, "close");
            EventStream.refuse(out, state.event(TOO_MANY, tooMany()));
        }
        return null;
    }

    /** Answers at once, or when there is something new to the client, which then is a {@code DeferredResult}. */
    private Object answer(
            HttpServletRequest request,
            HttpServletResponse response,
            Function<Representation, Supplier<ResponseEntity<?>>> format) {
        ConditionalRequest condition = ConditionalRequest.of(request);
        Representation now = state.now();
        Object answer;
        if (condition.seconds() == 0) {
            return answer(condition, now, format);
        }
        if (isAnswered(condition, now) || !subscribers.isRunning()) {
            answer = answer(condition, now, format);
        } else {
            if (!request.isAsyncSupported()) {
                throw new IllegalStateException(
                        "/master cannot wait: a filter of this application does not support asynchronous requests");
            }
            answer = subscribers.admit(() -> new LongPoll(
                    condition,
                    () -> isAnswered(condition, state.now()),
                    same -> answer(same, state.now(), format),
                    subscribers));
        }
        if (answer == null) {
            return full();
        }
        response.setHeader("Preference-Applied", "wait=" + condition.seconds());
        return answer;
    }

    private boolean isAnswered(ConditionalRequest condition, Representation present) {
        return condition.isAnsweredBy(present) && !state.isInterim(present);
    }

    private static ResponseEntity<?> answer(
            ConditionalRequest condition,
            Representation state,
            Function<Representation, Supplier<ResponseEntity<?>>> format) {
        return state.found() && condition.knows(state)
                ? state.notModified()
                : format.apply(state).get();
    }

    private ResponseEntity<?> full() {
        Representation now = state.now();
        return Responses.problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                TOO_MANY,
                tooMany(),
                now.mastership().self(),
                now.role());
    }

    private String tooMany() {
        return "As many clients wait for changes as this instance allows: " + subscribers.limit();
    }
}
