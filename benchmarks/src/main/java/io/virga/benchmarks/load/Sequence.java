package io.virga.benchmarks.load;

import java.util.Optional;

/** A request for each number, in their order. */
public final class Sequence implements Workload {

  private final RequestTemplate template;
  private final long until;
  private long number;

  /** From the number {@code from} until before {@code until}. */
  public Sequence(RequestTemplate template, long from, long until) {
    this.template = template;
    this.number = from;
    this.until = until;
  }

  @Override
  public Optional<Request> next() {
    return number < until ? Optional.of(new Request(template, number++)) : Optional.empty();
  }

  /** The first number that has not been asked. To be read when no load uses this. */
  public long position() {
    return number;
  }
}
