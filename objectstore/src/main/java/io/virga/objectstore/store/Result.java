package io.virga.objectstore.store;

/** What came of a request that may be refused for the state of the namespace. */
public sealed interface Result<T> {

  /** It was done, and is durable. */
  record Done<T>(T value) implements Result<T> {}

  /** It was not done. */
  record Refused<T>(Refusal refusal) implements Result<T> {}

  /** Why something is not done. */
  enum Refusal {
    NO_CONTAINER,
    NO_OBJECT,
    NOT_EMPTY,
    EXISTS,
    OTHER_POLICY,
    CONDITION_FAILED
  }

  /** A refusal. */
  static <T> Result<T> refused(Refusal refusal) {
    return new Refused<>(refusal);
  }
}
