package io.masterlatch.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.stereotype.Component;

/** Writes the master for scripts: its address and a newline. */
@Component
class MasterTextConverter extends AbstractHttpMessageConverter<MasterView> {

    MasterTextConverter() {
        super(StandardCharsets.UTF_8, MediaType.TEXT_PLAIN);
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == MasterView.class;
    }

    @Override
    public boolean canRead(Class<?> type, MediaType mediaType) {
        return false;
    }

    @Override
    protected MasterView readInternal(Class<? extends MasterView> type, HttpInputMessage input) {
        throw new HttpMessageNotReadableException("A master is told, never taken", input);
    }

    @Override
    protected void writeInternal(MasterView view, HttpOutputMessage output) throws IOException {
        output.getBody().write((view.master() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
