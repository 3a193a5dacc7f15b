package io.virga.benchmarks.conformance;

import io.virga.benchmarks.cloud.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs {@code iscsi-test-cu} of libiscsi, destructive tests too, and reads what came of each test.
 * The tool itself counts a test that it skipped as passed; here one that says so anywhere is
 * skipped.
 *
 * @param verdicts by {@code Suite.Test}
 */
public record IscsiTests(Map<String, Verdict> verdicts) {

  private static final Path PROGRAM = Path.of("/usr/bin/iscsi-test-cu");
  private static final Pattern SUITE = Pattern.compile("^Suite: (\\S+)");
  private static final Pattern TEST = Pattern.compile("^  Test: (\\S+)");
  private static final Duration LIMIT = Duration.ofMinutes(8);

  /** How to get the program if it is not there. */
  public static Optional<String> missing() {
    return Files.isExecutable(PROGRAM)
        ? Optional.empty()
        : Optional.of("apt-get install libiscsi-bin");
  }

  /**
   * Runs tests, which overwrite the disk.
   *
   * @param environment how to log in
   * @param tests {@code ALL}, or some of them
   * @param urls the disk, by one or two ways to it
   */
  public static IscsiTests run(Map<String, String> environment, String tests, String... urls) {
    List<String> command =
        new ArrayList<>(List.of(PROGRAM.toString(), "-d", "-S", "-v", "-t", tests));
    command.addAll(List.of(urls));
    Shell shell = new Shell(environment, Path.of("/"));
    return read(shell.attempt(LIMIT, command.toArray(String[]::new)).out());
  }

  /** Reads what the tool prints. */
  static IscsiTests read(String text) {
    Map<String, Verdict> verdicts = new TreeMap<>();
    String suite = "";
    String test = "";
    for (String line : text.split("\n", -1)) {
      Matcher inSuite = SUITE.matcher(line);
      Matcher inTest = TEST.matcher(line);
      if (inSuite.find()) {
        suite = inSuite.group(1);
        test = "";
      } else if (inTest.find()) {
        test = suite + "." + inTest.group(1);
        verdicts.put(test, Verdict.PASSED);
      }
      boolean outside = test.isEmpty();
      if (!outside && line.contains("[SKIPPED]")) {
        verdicts.merge(test, Verdict.SKIPPED, IscsiTests::worse);
      }
      if (!outside && line.endsWith("FAILED")) {
        verdicts.put(test, Verdict.FAILED);
      }
    }
    return new IscsiTests(verdicts);
  }

  private static Verdict worse(Verdict one, Verdict other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** The names of the tests of which this came. */
  public List<String> those(Verdict verdict) {
    return verdicts.entrySet().stream()
        .filter(each -> each.getValue() == verdict)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** For example {@code 204 passed, 20 skipped, 6 failed}. */
  public String summary() {
    return "%d passed, %d skipped, %d failed"
        .formatted(
            those(Verdict.PASSED).size(),
            those(Verdict.SKIPPED).size(),
            those(Verdict.FAILED).size());
  }
}
