package io.virga.benchmarks.conformance;

/** What came of a test; the later one is the worse. */
public enum Verdict {
  PASSED,
  SKIPPED,
  FAILED
}
