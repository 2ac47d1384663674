package io.masterlatch.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Answers requests that Spring refuses, for their method or the formats they accept, with problem details. Only on the
 * paths of this package: an exception handler of Spring's, which is chosen by the controller, does not know them, as
 * there is none yet. A path such as {@code //master}, which is none, is left to what answers unknown paths.
 */
final class RefusalResolver implements HandlerExceptionResolver, Ordered {

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception cause) {
        if (!(cause instanceof ErrorResponse refusal)
                || cause instanceof NoResourceFoundException
                || !PathsFilter.isMarked(request)) {
            return null;
        }
        ProblemDetail problem = refusal.getBody();
        problem.setInstance(URI.create(request.getRequestURI()));
        refusal.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        try {
            Responses.write(problem, response);
        } catch (IOException gone) {
            return null;
        }
        return new ModelAndView();
    }
}
