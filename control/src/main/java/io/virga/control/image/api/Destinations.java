package io.virga.control.image.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.image.model.Destination;
import io.virga.control.image.objects.Stores;
import java.util.List;

/** Reads from requests where an import is to bring an image. */
final class Destinations {

  private static final int MAX_STORES = 16;

  private Destinations() {}

  /** All stores, those that are named, or the default one. */
  static Destination of(JsonBody body, Stores stores) {
    List<String> named =
        body.texts("stores", MAX_STORES, ImageBodies.NAME_LENGTH).stream()
            .map(stores::known)
            .distinct()
            .toList();
    boolean all = body.flag("all_stores", false);
    if (all && body.has("stores")) {
      throw ApiFault.badRequest("all_stores: is not accepted together with stores");
    }
    boolean allMustSucceed = body.flag("all_stores_must_succeed", true);
    if (all) {
      return new Destination(stores.ids(), allMustSucceed);
    }
    return new Destination(named.isEmpty() ? List.of(Stores.OBJECTS) : named, allMustSucceed);
  }
}
