package io.masterlatch.actuate;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Refuses what {@link CandidacyEndpoint} does not know. Spring would pass over it, so that a hand-over with a misspelt
 * {@code to} would go to the first in the queue.
 */
final class CandidacyArguments implements OperationInvokerAdvisor {

    @Override
    public OperationInvoker apply(
            EndpointId endpointId,
            OperationType operationType,
            OperationParameters parameters,
            OperationInvoker invoker) {
        if (!endpointId.equals(EndpointId.of(CandidacyEndpoint.ID)) || operationType != OperationType.WRITE) {
            return invoker;
        }
        Set<String> known =
                parameters.stream().map(OperationParameter::getName).collect(Collectors.toCollection(TreeSet::new));
        return context -> {
            Set<String> unknown = new TreeSet<>(context.getArguments().keySet());
            unknown.removeAll(known);
            if (hasQuery()) {
                String why = "A change takes its arguments as JSON in the body, and none in the address";
                throw new InvalidEndpointRequestException(why, why);
            }
            if (!unknown.isEmpty()) {
                String why = "There is no " + String.join(", ", unknown) + "; there are " + String.join(", ", known);
                throw new InvalidEndpointRequestException(why, why);
            }
            return invoker.invoke(context);
        };
    }

    /** Spring mixes both, and what is in the address would win over the body. */
    private static boolean hasQuery() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes servlet
                && servlet.getRequest().getQueryString() != null;
    }
}
