package io.virga.benchmarks.scenario;

import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.host.BlockDevice;
import io.virga.benchmarks.host.Cores;
import io.virga.benchmarks.host.HashSpeed;
import io.virga.benchmarks.load.LoadGenerator;
import io.virga.benchmarks.objectbench.Effort;
import io.virga.benchmarks.objectbench.Goals;
import io.virga.benchmarks.objectbench.Matrix;
import io.virga.benchmarks.objectbench.Measurement;
import io.virga.benchmarks.objectbench.Results;
import io.virga.benchmarks.objectbench.WriteAmplification;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.store.Minio;
import io.virga.benchmarks.store.Nginx;
import io.virga.benchmarks.store.OurStore;
import io.virga.benchmarks.store.S3Proxy;
import io.virga.benchmarks.store.StoreKind;
import io.virga.benchmarks.store.StoreServer;
import io.virga.benchmarks.store.Swift;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Objects in and out, on one core of ours and of its rivals. */
public final class ObjectScenario implements Scenario {

  private static final List<Integer> AMPLIFIED_BYTES = List.of(64 << 10, 1 << 20, 16 << 20);

  @Override
  public String name() {
    return "object";
  }

  @Override
  public String summary() {
    return "PUT, GET, DELETE and LIST on one server core, beside Swift, s3proxy, nginx, MinIO";
  }

  @Override
  public Findings run(Setting setting) {
    Cores.pinLoad();
    try (LoadGenerator load = new LoadGenerator()) {
      return new Run(setting, load).run();
    }
  }

  /** One run of the scenario. */
  private static final class Run {

    private final Setting setting;
    private final LoadGenerator load;
    private final Effort effort;
    private final StoreKind ours;
    private final Results results;
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Run(Setting setting, LoadGenerator load) {
      this.setting = setting;
      this.load = load;
      this.effort = setting.quick() ? Effort.quick() : Effort.full();
      this.ours = new OurStore(setting.root());
      this.results = new Results(ours.name());
    }

    Findings run() {
      double md5BytesPerSecond = HashSpeed.md5BytesPerSecond();
      measureOurs();
      rivals().forEach(this::measureRival);
      Goals goals = new Goals(ours.name(), results, md5BytesPerSecond);
      List<Figure> all = new ArrayList<>(results.figures());
      all.addAll(goals.figures());
      all.addAll(figures);
      notes.addAll(goals.notJudged());
      notes.addAll(results.doubts());
      notes.add(results.leastIdle());
      notes.add(results.others());
      return new Findings(all, notes, results.all());
    }

    private List<StoreKind> rivals() {
      List<StoreKind> rivals =
          new ArrayList<>(
              List.of(
                  new Nginx(),
                  new S3Proxy(setting.root().resolve("benchmarks/target/rivals")),
                  new Swift(1),
                  new OurStore(setting.root(), 3),
                  new Swift(3)));
      if (setting.minio().isPresent()) {
        rivals.add(new Minio(setting.minio().get()));
      } else {
        notes.add("not run: minio (no program was given with --minio)");
      }
      return rivals;
    }

    private void measureOurs() {
      notes.add(acknowledged(ours));
      try (ScratchDirectory directory = ScratchDirectory.make(setting.directory(), "virga");
          StoreServer server = ours.start(directory.path())) {
        matrix(ours, server).full();
        Optional<BlockDevice> device = BlockDevice.holding(directory.path());
        if (device.isEmpty()) {
          notes.add("not run: what is written per byte; no device holds " + directory.path());
          return;
        }
        WriteAmplification written =
            new WriteAmplification(server, load, effort.bytesPerField() / 2);
        for (int bytes : AMPLIFIED_BYTES) {
          figures.add(written.measure(device.get(), bytes));
        }
      }
    }

    /** A rival that does not work is named in the table; it does not take the rest with it. */
    private void measureRival(StoreKind kind) {
      Optional<String> missing = kind.missing();
      if (missing.isPresent()) {
        notes.add("not run: %s (%s)".formatted(kind.name(), missing.get()));
        return;
      }
      try (ScratchDirectory directory = ScratchDirectory.make(setting.directory(), "rival");
          StoreServer server = kind.start(directory.path())) {
        if (kind.replicas() > 1) {
          matrix(kind, server).brief();
        } else {
          matrix(kind, server).full();
        }
        notes.add(acknowledged(kind));
      } catch (IllegalStateException e) {
        notes.add("not run: %s (%s)".formatted(kind.name(), e.getMessage()));
      }
    }

    private Matrix matrix(StoreKind kind, StoreServer server) {
      return new Matrix(kind.name(), server, load, effort, this::measured);
    }

    private void measured(Measurement measurement) {
      results.add(measurement);
      setting
          .progress()
          .accept(
              "%s: %s: %.1f op/s, %.0f µs of the server's core each"
                  .formatted(
                      measurement.store(),
                      measurement.what(),
                      measurement.result().perSecond(),
                      measurement.serverMicrosPerOperation()));
    }

    private static String acknowledged(StoreKind kind) {
      return "a PUT to %s is acknowledged: %s".formatted(kind.name(), kind.durability());
    }
  }
}
