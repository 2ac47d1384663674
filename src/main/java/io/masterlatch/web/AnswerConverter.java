package io.masterlatch.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;

/** Writes who is master as the caller wants it. */
@Component
class AnswerConverter extends AbstractHttpMessageConverter<Answer> {

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    AnswerConverter() {
        super(MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN);
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == Answer.class;
    }

    @Override
    public boolean canRead(Class<?> type, MediaType mediaType) {
        return false;
    }

    @Override
    protected Answer readInternal(Class<? extends Answer> type, HttpInputMessage input) {
        throw new HttpMessageNotReadableException("A master is told, never taken", input);
    }

    @Override
    protected void writeInternal(Answer answer, HttpOutputMessage output) throws IOException {
        output.getBody().write(bytes(answer, output.getHeaders().getContentType()));
    }

    @Override
    protected Long getContentLength(Answer answer, MediaType contentType) {
        return (long) bytes(answer, contentType).length;
    }

    @Override
    protected void addDefaultHeaders(HttpHeaders headers, Answer answer, MediaType contentType) throws IOException {
        super.addDefaultHeaders(headers, answer, isText(contentType) ? TEXT : contentType);
    }

    private static byte[] bytes(Answer answer, MediaType contentType) {
        return isText(contentType) ? answer.text() : answer.json();
    }

    private static boolean isText(MediaType contentType) {
        return contentType != null && contentType.getType().equals("text");
    }
}
