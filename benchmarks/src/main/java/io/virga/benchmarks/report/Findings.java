package io.virga.benchmarks.report;

import java.util.List;

/**
 * What a scenario has found.
 *
 * @param figures the rows of the table
 * @param notes what a reader has to know to judge them, a line each: what was not run, and why
 * @param raw all that was measured, for the file
 */
public record Findings(List<Figure> figures, List<String> notes, List<?> raw) {

  public Findings {
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
    raw = List.copyOf(raw);
  }

  /** Figures that need no explanation. */
  public static Findings of(Figure... figures) {
    return new Findings(List.of(figures), List.of(), List.of());
  }
}
