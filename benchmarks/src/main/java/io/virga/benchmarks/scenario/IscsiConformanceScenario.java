package io.virga.benchmarks.scenario;

import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.conformance.IscsiTests;
import io.virga.benchmarks.conformance.Verdict;
import io.virga.benchmarks.report.Figure;
import io.virga.benchmarks.report.Findings;
import io.virga.benchmarks.report.Goal;
import io.virga.benchmarks.volume.BlockServer;
import io.virga.benchmarks.volume.BlockServerKind;
import io.virga.benchmarks.volume.OurVolumes;
import io.virga.benchmarks.volume.Tgt;
import io.virga.benchmarks.volume.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What {@code iscsi-test-cu} says of our iSCSI target, and of tgt. */
public final class IscsiConformanceScenario implements Scenario {

  private static final long SIZE_BYTES = 128 << 20;
  private static final double PASSED_GOAL = 200;

  @Override
  public String name() {
    return "iscsi-conformance";
  }

  @Override
  public String summary() {
    return "the tests of iscsi-test-cu that pass, are skipped and fail, beside tgt";
  }

  @Override
  public Findings run(Setting setting) {
    Optional<String> missing = IscsiTests.missing();
    if (missing.isPresent()) {
      throw new IllegalStateException("iscsi-test-cu is not there: " + missing.get());
    }
    List<String> notes = new ArrayList<>();
    BlockServerKind ours = new OurVolumes(setting.root());
    IscsiTests own = run(setting, ours);
    Map<String, IscsiTests> rivals = new LinkedHashMap<>();
    BlockServerKind tgt = new Tgt();
    tgt.missing()
        .ifPresentOrElse(
            how -> notes.add("not run: %s (%s)".formatted(tgt.name(), how)),
            () -> rivals.put(tgt.name(), run(setting, tgt)));
    List<Figure> figures = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      figures.add(figure(verdict, own, rivals));
    }
    notes.add(named(ours.name(), own));
    rivals.forEach((name, tests) -> notes.add(named(name, tests)));
    return new Findings(figures, notes, List.of(own, rivals));
  }

  private static IscsiTests run(Setting setting, BlockServerKind kind) {
    try (ScratchDirectory directory = ScratchDirectory.make(setting.directory(), "c");
        BlockServer server = kind.start(directory.path(), SIZE_BYTES)) {
      IscsiTests tests = IscsiTests.run(server.clientEnvironment(), "ALL", server.uri(Way.ISCSI));
      setting.progress().accept(kind.name() + ": " + tests.summary());
      return tests;
    }
  }

  private static Figure figure(Verdict verdict, IscsiTests own, Map<String, IscsiTests> rivals) {
    Map<String, Double> counts = new TreeMap<>();
    rivals.forEach((name, tests) -> counts.put(name, (double) tests.those(verdict).size()));
    Optional<Goal> goal =
        verdict == Verdict.PASSED ? Optional.of(new Goal.AtLeast(PASSED_GOAL)) : Optional.empty();
    return new Figure(
        "iscsi-test-cu: " + verdict.name().toLowerCase(java.util.Locale.ROOT),
        own.those(verdict).size(),
        "tests",
        counts,
        goal);
  }

  private static String named(String server, IscsiTests tests) {
    return "%s: skipped: %s; failed: %s"
        .formatted(
            server,
            String.join(" ", tests.those(Verdict.SKIPPED)),
            String.join(" ", tests.those(Verdict.FAILED)));
  }
}
