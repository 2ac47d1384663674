package io.masterlatch.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every link from one file of the project to another leads to a file and to a heading that exist. Every test that a page
 * names exists.
 */
class LinksTests {

    private static final Pattern TEST = Pattern.compile("(?<!-)\\b[A-Z][A-Za-z]+(?:IT|Tests)\\b");

    static Stream<Page> pages() {
        return Page.all().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void leadSomewhere(Page page) {
        List<String> links =
                page.links().stream().filter(link -> !link.contains("://")).toList();

        assertThat(links).as("links of %s", page).allSatisfy(link -> {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty()
                    ? page.file()
                    : page.file().resolveSibling(parts[0]).normalize();
            assertThat(target).exists();
            if (parts.length == 2 && Files.isRegularFile(target)) {
                assertThat(Page.of(Page.ROOT.relativize(target).toString()).anchors())
                        .as("headings of %s", target)
                        .contains(parts[1]);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theTestsThatAPageNamesExist(Page page) throws IOException {
        try (Stream<Path> files = Files.walk(Page.ROOT.resolve("src"))) {
            Set<String> sources =
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
            assertThat(TEST.matcher(page.text()).results().map(MatchResult::group))
                    .allMatch(name -> sources.contains(name + ".java"));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void proseIsWrapped(Page page) {
        assertThat(page.prose().lines().filter(line -> line.length() > 120))
                .as("lines of more than 120 characters in %s, but for tables and links", page)
                .allMatch(line -> line.matches("[|<!\\[].*|.*https?://\\S{60,}.*"));
    }
}
