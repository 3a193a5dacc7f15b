package io.virga.benchmarks.load;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** What is asked next; called on one thread. */
@FunctionalInterface
public interface Workload {

  /** The next request; nothing once all has been asked. */
  Optional<Request> next();

  /** A template with its number. */
  record Request(RequestTemplate template, long number) {}

  /** Numbers below {@code bound} at random, without an end. */
  static Workload random(RequestTemplate template, long bound, RandomGenerator random) {
    return () -> Optional.of(new Request(template, random.nextLong(bound)));
  }

  /** With a probability of {@code share} a request of {@code first}, else one of {@code second}. */
  static Workload mixed(Workload first, double share, Workload second, RandomGenerator random) {
    return () -> random.nextDouble() < share ? first.next() : second.next();
  }
}
