package io.virga.control.image.model;

import java.util.List;
import java.util.Optional;

/**
 * Where the bytes of an image are.
 *
 * @param stores those that have all of it, by id
 * @param progress of the last import; empty if there was none
 */
public record Placement(List<String> stores, Optional<Progress> progress) {

  /** Of an image without bytes. */
  public static final Placement NOWHERE = new Placement(List.of(), Optional.empty());

  public Placement {
    stores = List.copyOf(stores);
  }

  /**
   * How far an import is.
   *
   * @param waiting the stores that are still to have the image
   * @param failed those that will not have it
   */
  public record Progress(List<String> waiting, List<String> failed) {

    public Progress {
      waiting = List.copyOf(waiting);
      failed = List.copyOf(failed);
    }
  }
}
