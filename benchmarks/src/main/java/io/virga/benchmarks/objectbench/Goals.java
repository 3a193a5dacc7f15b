package io.virga.benchmarks.objectbench;

import static io.virga.benchmarks.objectbench.Cell.Operation.GET;
import static io.virga.benchmarks.objectbench.Cell.Operation.LIST;
import static io.virga.benchmarks.objectbench.Cell.Operation.PUT;

import io.virga.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What ours has to reach beside others, on one core. */
public final class Goals {

  private static final Cell SMALL_PUT = new Cell(PUT, 4 * Cell.KIB, 64);
  private static final Cell SMALL_GET = new Cell(GET, 4 * Cell.KIB, 64);
  private static final int LARGE_BYTES = 16 * Cell.MIB;

  /**
   * What the names of stores end with that keep three copies: they are compared with each other.
   */
  private static final String THREE_REPLICAS = " ×3";

  private static final List<Beside> RATIOS =
      List.of(
          new Beside(SMALL_PUT, "swift", 100),
          new Beside(SMALL_PUT, "s3proxy", 3),
          new Beside(SMALL_GET, "swift", 100),
          new Beside(SMALL_GET, "s3proxy", 2),
          new Beside(SMALL_GET, "nginx", 0.5),
          new Beside(new Cell(LIST, 0, 16), "swift", 10),
          new Beside(new Cell(GET, Cell.MIB, 16), "nginx", 0.7),
          new Beside(new Cell(GET, LARGE_BYTES, 16), "nginx", 0.7),
          new Beside(SMALL_PUT, "swift" + THREE_REPLICAS, 50));

  /** Of one core's MD5, by the number of streams. */
  private static final double ONE_STREAM_OF_MD5 = 0.85;

  private static final double FOUR_STREAMS_OF_MD5 = 1;

  private final String ours;
  private final Results results;
  private final List<Figure> figures = new ArrayList<>();
  private final List<String> notJudged = new ArrayList<>();

  private record Beside(Cell cell, String rival, double ratio) {}

  public Goals(String ours, Results results, double md5BytesPerSecond) {
    this.ours = ours;
    this.results = results;
    RATIOS.forEach(this::judge);
    hashing(1, ONE_STREAM_OF_MD5, md5BytesPerSecond);
    hashing(4, FOUR_STREAMS_OF_MD5, md5BytesPerSecond);
  }

  public List<Figure> figures() {
    return List.copyOf(figures);
  }

  /** The goals that nothing can be said of, since the rival was not there. */
  public List<String> notJudged() {
    return List.copyOf(notJudged);
  }

  private void judge(Beside goal) {
    String mine = goal.rival().endsWith(THREE_REPLICAS) ? ours + THREE_REPLICAS : ours;
    String what = "%s, %s / %s".formatted(goal.cell().label(), mine, goal.rival());
    Optional<Double> rival = results.perSecond(goal.rival(), goal.cell()).filter(rate -> rate > 0);
    Optional<Double> own = results.perSecond(mine, goal.cell());
    if (rival.isPresent() && own.isPresent()) {
      figures.add(Figure.atLeast(what, own.get() / rival.get(), "×", goal.ratio()));
    } else {
      notJudged.add("not judged: " + what + " ≥ " + goal.ratio());
    }
  }

  private void hashing(int streams, double share, double md5BytesPerSecond) {
    Cell cell = new Cell(PUT, LARGE_BYTES, streams);
    String what =
        "%s / MD5 of one core (%.0f MB/s)".formatted(cell.label(), md5BytesPerSecond / 1e6);
    results
        .perSecond(ours, cell)
        .ifPresent(
            rate ->
                figures.add(
                    Figure.atLeast(what, rate * LARGE_BYTES / md5BytesPerSecond, "×", share)));
  }
}
