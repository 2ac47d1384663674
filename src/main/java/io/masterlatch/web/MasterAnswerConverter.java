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
class MasterAnswerConverter extends AbstractHttpMessageConverter<MasterAnswer> {

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    MasterAnswerConverter() {
        super(MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN);
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == MasterAnswer.class;
    }

    @Override
    public boolean canRead(Class<?> type, MediaType mediaType) {
        return false;
    }

    @Override
    protected MasterAnswer readInternal(Class<? extends MasterAnswer> type, HttpInputMessage input) {
        throw new HttpMessageNotReadableException("A master is told, never taken", input);
    }

    @Override
    protected void writeInternal(MasterAnswer answer, HttpOutputMessage output) throws IOException {
        output.getBody().write(bytes(answer, output.getHeaders().getContentType()));
    }

    @Override
    protected Long getContentLength(MasterAnswer answer, MediaType contentType) {
        return (long) bytes(answer, contentType).length;
    }

    @Override
    protected void addDefaultHeaders(HttpHeaders headers, MasterAnswer answer, MediaType contentType)
            throws IOException {
        super.addDefaultHeaders(headers, answer, isText(contentType) ? TEXT : contentType);
    }

    private static byte[] bytes(MasterAnswer answer, MediaType contentType) {
        return isText(contentType) ? answer.text() : answer.json();
    }

    private static boolean isText(MediaType contentType) {
        return contentType != null && contentType.getType().equals("text");
    }
}
