package io.virga.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** What one run of a scenario has found. */
public record Report(String scenario, Instant started, Findings findings) {

  private static final String ROW = "%-58s %12s %-8s %-12s %s%n";

  /** The figures that miss their goals. */
  public List<Figure> missed() {
    return findings.figures().stream().filter(figure -> !figure.reached()).toList();
  }

  /** A table: ours, the goal, each rival with the ratio of ours to it; then the notes. */
  public String table() {
    StringBuilder table = new StringBuilder(ROW.formatted(scenario, "ours", "", "goal", "rivals"));
    for (Figure figure : findings.figures()) {
      String goal = figure.goal().map(Object::toString).orElse("–");
      table.append(
          ROW.formatted(
              figure.what(),
              "%.2f".formatted(figure.value()),
              figure.unit(),
              figure.reached() ? goal : goal + " missed",
              rivals(figure)));
    }
    findings.notes().forEach(note -> table.append("note: ").append(note).append('\n'));
    return table.toString();
  }

  /** Writes everything as JSON, and returns the file. */
  public Path save(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(scenario + "-" + started.getEpochSecond() + ".json");
    JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValue(file, this);
    return file;
  }

  private static String rivals(Figure figure) {
    return figure.rivals().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            rival ->
                "%s %.2f (%s)"
                    .formatted(
                        rival.getKey(), rival.getValue(), ratio(figure.value(), rival.getValue())))
        .collect(Collectors.joining(", "));
  }

  private static String ratio(double ours, double rival) {
    return rival > 0 ? "×%.2f".formatted(ours / rival) : "–";
  }
}
