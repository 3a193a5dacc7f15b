package io.virga.benchmarks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.benchmarks.conformance.IscsiTests;
import io.virga.benchmarks.conformance.Verdict;
import io.virga.benchmarks.own.OwnBlockStore;
import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import io.virga.dataplane.watch.ObservedState.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tests of libiscsi on a block store. */
@Tag("e2e")
@Timeout(600)
class IscsiConformanceTest {

  /** What is not claimed; docs/SPECIFICATION.md says why. */
  private static final String NOT_CLAIMED =
      "NoMedia\\..*|PreventAllow\\..*|StartStopUnit\\.Simple|WriteAtomic16\\..*|ReadOnly\\..*|MultipathIO\\..*"
          + "|Sanitize\\.(CryptoErase|CryptoEraseReserved|Readonly|Reservations|Reset)"
          + "|GetLBAStatus\\.UnmapSingle|ReportSupportedOpcodes\\.OneCommand"
          + "|WriteSame10\\.UnmapUntilEnd";

  private static final int LEAST_PASSED = 200;
  private static final long SIZE_BYTES = 128 << 20;

  @TempDir Path directory;
  private OwnBlockStore store;

  @BeforeEach
  void start() {
    store = new OwnBlockStore(Path.of(System.getProperty("virga.root")), directory, Map.of());
    store.start();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private IscsiTests run(String tests, int ways, boolean readOnly) {
    ExportSpec export = new ExportSpec("v1.1", 1, readOnly);
    store.bringAbout(
        new VolumeSpec(
            "v1",
            1,
            Presence.PRESENT,
            SIZE_BYTES,
            new VolumeSource.Blank(),
            List.of(export),
            Optional.empty(),
            Optional.empty()),
        Status.READY);
    String[] urls = new String[ways];
    java.util.Arrays.fill(urls, store.iscsiUrl(export.name()));
    return IscsiTests.run(store.iscsiAccount(), tests, urls);
  }

  @Test
  void whatIsClaimedPassesTheConformanceTests() {
    IscsiTests tests = run("ALL", 1, false);

    System.out.println("iscsi-test-cu: " + tests.summary());
    assertThat(tests.those(Verdict.FAILED)).allMatch(test -> test.matches(NOT_CLAIMED));
    assertThat(tests.those(Verdict.SKIPPED)).allMatch(test -> test.matches(NOT_CLAIMED));
    assertThat(tests.those(Verdict.PASSED)).hasSizeGreaterThanOrEqualTo(LEAST_PASSED);
  }

  @Test
  void twoPathsToAVolumeAreOneDisk() {
    IscsiTests tests = run("ALL.MultipathIO", 2, false);

    assertThat(tests.verdicts()).hasSize(4);
    assertThat(tests.those(Verdict.PASSED)).hasSize(4);
  }

  @Test
  void aReadOnlyExportIsWriteProtected() {
    assertThat(run("ALL.ReadOnly", 1, true).verdicts())
        .containsEntry("ReadOnly.ReadOnlySBC", Verdict.PASSED);
  }
}
