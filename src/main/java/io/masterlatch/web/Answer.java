package io.masterlatch.web;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer as bytes that are ready to be sent.
 *
 * @param json for programs
 * @param text for scripts: one line
 */
record Answer(byte[] json, byte[] text) {

    static Answer of(Object view, String line, JsonMapper mapper) {
        return new Answer(mapper.writeValueAsBytes(view), (line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
