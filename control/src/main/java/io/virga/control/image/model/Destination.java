package io.virga.control.image.model;

import java.util.List;

/**
 * Where an import is to bring an image.
 *
 * @param stores none if the image is to be copied and is in all of them already
 * @param allMustSucceed whether it fails if one of them does not get the image; else one is enough
 */
public record Destination(List<String> stores, boolean allMustSucceed) {

  public Destination {
    stores = List.copyOf(stores);
  }

  /** One store. */
  public static Destination of(String store) {
    return new Destination(List.of(store), true);
  }
}
