package io.masterlatch.bench;

import java.util.ArrayList;
import java.util.List;

/** A table, in Markdown with columns that line up. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(List.of(heads));
    }

    void row(Object... cells) {
        rows.add(java.util.Arrays.stream(cells).map(String::valueOf).toList());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            append(text, rows.get(row), ' ');
            if (row == 0) {
                append(text, rows.get(0).stream().map(head -> "").toList(), '-');
            }
        }
        return text.toString();
    }

    private void append(StringBuilder text, List<String> row, char filling) {
        for (int column = 0; column < rows.get(0).size(); column++) {
            String cell = column < row.size() ? row.get(column) : "";
            text.append(column == 0 ? "| " : " | ").append(cell);
            text.append(String.valueOf(filling).repeat(width(column) - cell.length()));
        }
        text.append(" |\n");
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> column < row.size())
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
    }
}
