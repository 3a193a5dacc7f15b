package io.virga.benchmarks.objectbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.load.LoadResult;
import io.virga.benchmarks.report.Figure;
import org.junit.jupiter.api.Test;

class GoalsTest {

  private static final Cell SMALL_PUT = new Cell(Cell.Operation.PUT, 4096, 64);
  private static final Cell LARGE_PUT = new Cell(Cell.Operation.PUT, 16 << 20, 1);

  private final Results results = new Results("virga");

  @Test
  void judgesTheRatioToRival() {
    add("virga", SMALL_PUT, 10_000);
    add("swift", SMALL_PUT, 101);
    add("s3proxy", SMALL_PUT, 3_000);
    Goals goals = new Goals("virga", results, 1e9);
    assertThat(goals.figures())
        .filteredOn(figure -> !figure.reached())
        .extracting(Figure::what)
        .containsExactly("PUT 4 KiB ×64, virga / swift");
  }

  @Test
  void saysWhatCannotBeJudged() {
    add("virga", SMALL_PUT, 10_000);
    add("swift", SMALL_PUT, 0);
    Goals goals = new Goals("virga", results, 1e9);
    assertThat(goals.figures()).isEmpty();
    assertThat(goals.notJudged())
        .contains("not judged: PUT 4 KiB ×64, virga / swift ≥ 100.0")
        .contains("not judged: PUT 4 KiB ×64, virga / s3proxy ≥ 3.0");
  }

  @Test
  void holdsLargeObjectsAgainstMd5() {
    add("virga", LARGE_PUT, 50);
    Goals goals = new Goals("virga", results, 1e9);
    assertThat(goals.figures())
        .singleElement()
        .satisfies(
            figure -> {
              assertThat(figure.what()).isEqualTo("PUT 16 MiB ×1 / MD5 of one core (1000 MB/s)");
              assertThat(figure.value()).isEqualTo(50 * (16 << 20) / 1e9);
              assertThat(figure.reached()).isFalse();
            });
  }

  private void add(String store, Cell cell, long perSecond) {
    LoadResult result =
        new LoadResult(perSecond, perSecond, 0, "", 1, new LoadResult.Latency(1, 1, 1, 1), 50);
    results.add(new Measurement(store, cell.label(), cell, result, 100, 0));
  }
}
