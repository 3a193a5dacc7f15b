package io.virga.control.operator.supervise;

import java.util.Optional;
import java.util.function.Supplier;

/** What has to be on the machine around a process, beside the process itself. May block. */
public interface Surroundings {

  Surroundings NONE = leftBehind(() -> {});

  /**
   * Asked each time that the process is found well: makes what is missing.
   *
   * @return what is still waited for; empty when all is in place
   */
  Optional<String> ensure();

  /** Undoes all after the end of the process in an orderly stop. */
  void remove();

  /** What comes about by itself and has to be removed. */
  static Surroundings leftBehind(Runnable removal) {
    return of(Optional::empty, removal);
  }

  /** Of its two halves. */
  static Surroundings of(Supplier<Optional<String>> making, Runnable removal) {
    return new Surroundings() {
      @Override
      public Optional<String> ensure() {
        return making.get();
      }

      @Override
      public void remove() {
        removal.run();
      }
    };
  }
}
