package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs {@code iscsi-test-cu} and reads what came of each test. The tool itself counts a test that
 * it skipped as passed; here one that says so anywhere is skipped.
 */
final class Conformance {

  private static final Pattern SUITE = Pattern.compile("^Suite: (\\S+)");
  private static final Pattern TEST = Pattern.compile("^  Test: (\\S+)");
  private static final int MINUTES = 8;

  private Conformance() {}

  enum Verdict {
    PASSED,
    SKIPPED,
    FAILED
  }

  static Map<String, Verdict> run(String tests, String... urls)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("iscsi-test-cu", ".out");
    List<String> command =
        new java.util.ArrayList<>(List.of("iscsi-test-cu", "-d", "-S", "-v", "-t", tests));
    command.addAll(List.of(urls));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    String text = Files.readString(out, StandardCharsets.UTF_8);
    Files.delete(out);
    assertThat(ended).as("iscsi-test-cu ended; it said: %s", text).isTrue();
    return read(text);
  }

  static Map<String, Verdict> read(String text) {
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
        verdicts.merge(test, Verdict.SKIPPED, Conformance::worse);
      }
      if (!outside && line.endsWith("FAILED")) {
        verdicts.put(test, Verdict.FAILED);
      }
    }
    return verdicts;
  }

  private static Verdict worse(Verdict one, Verdict other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  static List<String> those(Map<String, Verdict> verdicts, Verdict verdict) {
    return verdicts.entrySet().stream()
        .filter(each -> each.getValue() == verdict)
        .map(Map.Entry::getKey)
        .toList();
  }
}
