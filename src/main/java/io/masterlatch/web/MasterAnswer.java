package io.masterlatch.web;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who is master, as bytes that are ready to be sent: the same for every request until something changes.
 *
 * @param json for programs
 * @param text for scripts: the address and a newline
 */
record MasterAnswer(byte[] json, byte[] text) {

    static MasterAnswer of(MasterView view, JsonMapper mapper) {
        return new MasterAnswer(
                mapper.writeValueAsBytes(view), (view.master() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
