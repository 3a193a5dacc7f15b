package io.virga.control.image.upload;

import io.virga.control.image.model.Image;
import io.virga.control.image.objects.Backend;
import io.virga.control.image.objects.Part;
import io.virga.control.image.objects.Stores;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings images from one store into another, as they are. */
final class Copies {

  private static final Logger log = LoggerFactory.getLogger(Copies.class);

  private final Stores stores;

  Copies(Stores stores) {
    this.stores = stores;
  }

  /** Completes when all of it is there; what is there of it if that fails is {@link #remove}d. */
  Mono<Void> copy(Image image, String from, String to) {
    return Mono.defer(
        () -> {
          Backend source = stores.backend(from);
          Backend target = stores.backend(to);
          return Flux.fromIterable(parts(image))
              .concatMap(part -> target.put(image.id(), part, source.get(image.id(), part)))
              .then();
        });
  }

  /** Leaves nothing in the stores; what cannot be removed goes with the image. */
  Mono<Void> remove(Image image, List<String> from) {
    return Flux.fromIterable(from).concatMap(store -> remove(image, store)).then();
  }

  private Mono<Void> remove(Image image, String store) {
    return Mono.defer(
            () ->
                Flux.fromIterable(parts(image))
                    .concatMap(part -> stores.backend(store).delete(image.id(), part))
                    .then())
        .onErrorResume(
            e -> {
              log.warn("what was stored of image {} stays in {}", image.id(), store, e);
              return Mono.empty();
            });
  }

  /** What there is of an image that has its bytes; the map says that the data are whole. */
  private static List<Part> parts(Image image) {
    if (Importer.isRaw(image)) {
      return List.of(Part.RAW_DATA, Part.RAW_MAP);
    }
    return Importer.isQcow(image)
        ? List.of(Part.SOURCE, Part.RAW_DATA, Part.RAW_MAP)
        : List.of(Part.SOURCE);
  }
}
