package io.masterlatch.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown file of the documentation.
 *
 * @param file where it is
 * @param text what it says
 */
record Page(Path file, String text) {

    static final Path ROOT = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w*)\\n(.*?)^ *```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern PICTURE = Pattern.compile("<(?:img|a)\\b[^>]*\\b(?:src|href)=\"([^\"]+)\"");

    /** Reads a file, named from the project's directory. */
    static Page of(String name) {
        Path file = ROOT.resolve(name);
        try {
            return new Page(file, Files.readString(file));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Returns every Markdown file of the project. */
    static List<Page> all() {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> deploy = Files.walk(ROOT.resolve("deploy"))) {
            return Stream.of(top, docs, deploy)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(file -> of(ROOT.relativize(file).toString()))
                    .toList();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Returns the fenced blocks in a language, in order. */
    List<String> blocks(String language) {
        return BLOCK.matcher(text)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** Returns the only block in a language below the heading. */
    String block(String heading, String language) {
        List<String> blocks = section(heading).blocks(language);
        if (blocks.size() != 1) {
            throw new AssertionError(this + " has " + blocks.size() + " blocks of " + language + " below " + heading);
        }
        return blocks.get(0);
    }

    /** Returns what is below a heading, up to the next one of any level. */
    Page section(String heading) {
        String found = Pattern.compile("(?ms)^#+ " + Pattern.quote(heading) + "\\n(.*?)(?=^#{1,6} |\\z)")
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError(this + " has no heading " + heading))
                .group(1);
        return new Page(file, found);
    }

    /** Returns the anchors of the headings, as GitHub makes them. */
    List<String> anchors() {
        Map<String, Integer> seen = new HashMap<>();
        return HEADING.matcher(prose())
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .map(anchor ->
                        seen.merge(anchor, 1, Integer::sum) == 1 ? anchor : anchor + "-" + (seen.get(anchor) - 1))
                .toList();
    }

    /** Returns where its links and pictures lead. */
    List<String> links() {
        String prose = prose();
        return Stream.concat(
                        LINK.matcher(prose).results(), PICTURE.matcher(prose).results())
                .map(link -> link.group(1))
                .toList();
    }

    /** Returns the text without its fenced blocks. */
    String prose() {
        return BLOCK.matcher(text).replaceAll("");
    }

    @Override
    public String toString() {
        return ROOT.relativize(file).toString();
    }
}
