package io.virga.blockstore.iscsi;

import java.util.Optional;

/** What it takes to come in to an export. */
public sealed interface Entry {

  /** Nobody may, nor is told that it is there. */
  record Closed() implements Entry {}

  /** Everybody may. */
  record Open() implements Entry {}

  /**
   * Who knows the account's secret.
   *
   * @param initiator the only InitiatorName that may, where it is known
   */
  record Account(ChapAccount account, Optional<String> initiator) implements Entry {

    boolean admits(String name) {
      return initiator.isEmpty() || initiator.get().equalsIgnoreCase(name);
    }
  }
}
