package io.virga.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  private static final Figure BESIDE =
      new Figure("PUT", 300, "op/s", Map.of("swift", 100.0, "idle", 0.0), Optional.empty());
  private static final Report REPORT =
      new Report(
          "object",
          Instant.ofEpochSecond(1),
          new Findings(
              List.of(BESIDE, Figure.atLeast("ratio", 3, "×", 100), Figure.atMost("m", 1, "", 2)),
              List.of("not run: minio"),
              List.of(Map.of("p50", 7))));

  @Test
  void showsRatiosGoalsAndNotes() {
    assertThat(REPORT.table())
        .contains("swift 100.00 (×3.00)")
        .contains("idle 0.00 (–)")
        .contains("≥ 100.0 missed")
        .contains("note: not run: minio\n");
  }

  @Test
  void namesWhatMissesItsGoal() {
    assertThat(REPORT.missed()).extracting(Figure::what).containsExactly("ratio");
  }

  @Test
  void keepsTheRawFigures(@TempDir Path directory) throws IOException {
    String saved = Files.readString(REPORT.save(directory));
    assertThat(saved).contains("\"p50\" : 7").contains("not run: minio").contains("\"swift\"");
  }
}
