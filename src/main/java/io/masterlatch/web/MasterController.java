package io.masterlatch.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
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

/** Answers who is master: now, when that changes, or both in a stream. */
@RestController
class MasterController {

    private final Reporter reporter;
    private final Watchers watchers;
    private final WatchLimits limits;

    MasterController(Reporter reporter, Watchers watchers, WatchLimits limits) {
        this.reporter = reporter;
        this.watchers = watchers;
        this.limits = limits;
    }

    /**
     * 200 with the master, 404 when there is none, 503 when this instance cannot tell. With {@code Prefer: wait} an answer
     * that the client has already, or, if it names none, one without a master, is held back until there is another.
     */
    @RequestMapping(
            path = "/master",
            // HEAD comes with GET anyway; named, it is also told to whoever tries another method.
            method = {RequestMethod.GET, RequestMethod.HEAD},
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE, MediaType.TEXT_EVENT_STREAM_VALUE
            })
    @Nullable
    ResponseEntity<?> master(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        boolean anything = accept == null || accept.equals(MediaType.ALL_VALUE);
        if (!anything && prefersEvents(request)) {
            return stream(request, response);
        }
        Report report = reporter.now();
        Question question = Question.of(request);
        if (question.seconds() > 0) {
            boolean waited = request.getDispatcherType() == DispatcherType.ASYNC;
            if (!waited && !question.isAnsweredBy(report) && watchers.isRunning()) {
                return watchers.admit(request, context -> new LongPoll(context, question, reporter))
                        ? null
                        : full(report);
            }
            response.setHeader("Preference-Applied", "wait=" + question.seconds());
        }
        Answer answer = report.answer();
        if (answer != null && question.knows(report)) {
            return report.notModified();
        }
        if (answer != null && anything) {
            write(answer, report.tag(), response);
            return null;
        }
        return report.response();
    }

    /** What nearly everybody asks for, without the negotiation and conversion that take a good part of a request's time. */
    private static void write(Answer answer, String tag, HttpServletResponse response) throws IOException {
        response.setHeader(HttpHeaders.ETAG, tag);
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(answer.json().length);
        response.getOutputStream().write(answer.json());
    }

    private @Nullable ResponseEntity<?> stream(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Report report = reporter.now();
        if (!watchers.isRunning()) {
            return report.response();
        }
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        // Some proxies collect a response before they pass it on, unless they are told.
        response.setHeader("X-Accel-Buffering", "no");
        if (HttpMethod.HEAD.matches(request.getMethod())) {
            return null;
        }
        ServletOutputStream out = response.getOutputStream();
        boolean admitted = watchers.admit(request, context -> {
            EventStream stream = new EventStream(context, out, reporter, limits.heartbeat());
            out.setWriteListener(stream);
            return stream;
        });
        return admitted ? null : full(report);
    }

    private ResponseEntity<?> full(Report report) {
        String detail = "As many clients wait for changes as this instance allows: " + limits.watchers();
        return Problems.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "too-many-watchers",
                detail,
                report.mastership().self(),
                report.role());
    }

    /** Whether the client asks for a stream by name, and for nothing else more. */
    private static boolean prefersEvents(HttpServletRequest request) {
        List<MediaType> accepted = MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
        MimeTypeUtils.sortBySpecificity(accepted);
        for (MediaType type : accepted) {
            if (type.equalsTypeAndSubtype(MediaType.TEXT_EVENT_STREAM)) {
                return true;
            }
            if (type.includes(MediaType.APPLICATION_JSON) || type.includes(MediaType.TEXT_PLAIN)) {
                return false;
            }
        }
        return false;
    }
}
