package io.virga.benchmarks.blockbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.virga.benchmarks.blockbench.BlockCell.Access;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.volume.Way;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockGoalsTest {

  private static final BlockCell WRITE = new BlockCell(Access.RANDOM_WRITE, 32, Way.UNIX);
  private static final BlockCell READ = new BlockCell(Access.RANDOM_READ, 32, Way.UNIX);

  private final BlockResults results = new BlockResults("virga");

  private void add(String volume, BlockCell cell, double perSecond, double micros, double idle) {
    LoadResult result = new LoadResult(1000, perSecond, Optional.empty(), idle);
    results.add(new BlockMeasurement(volume, cell.label(), cell, result, micros, 0));
  }

  private BlockGoals goals() {
    return new BlockGoals(results, List.of("nbdkit memory", "a", "b"), List.of("a", "b"));
  }

  @Test
  void holdsWritesAgainstTheBestThatKeepsThemInFiles() {
    add("virga", WRITE, 28, 1, 50);
    add("nbdkit memory", WRITE, 100, 1, 50);
    add("a", WRITE, 10, 1, 50);
    add("b", WRITE, 20, 1, 50);

    assertThat(goals().figures())
        .singleElement()
        .satisfies(
            figure -> {
              assertThat(figure.what()).isEqualTo("4 KiB random write d32, unix / b");
              assertThat(figure.value()).isEqualTo(1.4);
              assertThat(figure.reached()).isFalse();
            });
  }

  @Test
  void letsProcessorTimeDecideWhereTheClientWasTheBottleneck() {
    add("virga", READ, 99, 3, 1);
    add("nbdkit memory", READ, 100, 5, 1);
    add("a", READ, 90, 5, 1);

    BlockGoals goals = goals();

    assertThat(goals.figures()).extracting(Figure::reached).containsExactly(true, false);
    assertThat(goals.figures().getLast().value()).isEqualTo(0.6);
    assertThat(goals.notes())
        .anyMatch(note -> note.startsWith("not judged by the rate: 4 KiB random read d32, unix"));
  }

  @Test
  void iscsiIsToBeTwiceAsFastForHalfOfTheProcessorTime() {
    BlockCell cell = new BlockCell(Access.RANDOM_READ, 32, Way.ISCSI);
    add("virga", cell, 190, 6, 50);
    add("a", cell, 100, 10, 50);

    assertThat(goals().figures())
        .extracting(Figure::what, Figure::value, Figure::reached)
        .containsExactly(
            tuple("4 KiB random read d32, iSCSI / a", 1.9, false),
            tuple("4 KiB random read d32, iSCSI / a: processor time of one", 0.6, false));
  }

  @Test
  void saysWhatWasNotMeasured() {
    add("virga", WRITE, 28, 1, 50);

    assertThat(goals().figures()).isEmpty();
    assertThat(goals().notes())
        .contains("not judged, not measured: 4 KiB random write d32, unix ≥ 1.5 × the best");
  }
}
