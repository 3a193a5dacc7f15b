package io.virga.control.image.upload;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.image.model.Destination;
import io.virga.control.image.model.Image;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Brings the bytes of an image into all stores of a destination: into one as they come, into the
 * others from there. Where all must succeed the image is nowhere before it is everywhere; otherwise
 * it is wherever it has come to.
 */
final class Distribution {

  private static final Logger log = LoggerFactory.getLogger(Distribution.class);

  private final Database database;
  private final Records records;
  private final Importer importer;
  private final Copies copies;

  Distribution(Database database, Records records, Importer importer, Copies copies) {
    this.database = database;
    this.records = records;
    this.importer = importer;
    this.copies = copies;
  }

  /**
   * Stores bytes that come; completes when the image is active, and wherever it can be.
   *
   * @param body subscribed to anew for each store that is tried as the first one
   */
  Mono<Void> fill(Image image, Destination to, Flux<byte[]> body) {
    return to.allMustSucceed()
        ? fillAll(image, to.stores(), body)
        : fillAny(image, to.stores(), body);
  }

  private Mono<Void> fillAll(Image image, List<String> stores, Flux<byte[]> body) {
    String first = stores.getFirst();
    return importer
        .take(image, first, body)
        .flatMap(
            content ->
                Flux.fromIterable(stores.subList(1, stores.size()))
                    .concatMap(store -> copies.copy(image, first, store))
                    .then(Mono.defer(() -> finish(image, content, stores))))
        .onErrorResume(error -> copies.remove(image, stores).then(Mono.error(error)));
  }

  /** The first store that takes it gives it to the others. */
  private Mono<Void> fillAny(Image image, List<String> stores, Flux<byte[]> body) {
    String first = stores.getFirst();
    List<String> others = stores.subList(1, stores.size());
    return importer
        .take(image, first, body)
        .onErrorResume(error -> copies.remove(image, List.of(first)).then(Mono.error(error)))
        .flatMap(content -> finish(image, content, List.of(first)).thenReturn(true))
        .onErrorResume(
            error -> isOfStore(error) && !others.isEmpty(),
            error -> failed(image, first, error).thenReturn(false))
        .flatMap(
            stored -> stored ? copyAny(image, first, others).then() : fillAny(image, others, body));
  }

  private Mono<Void> finish(Image image, Image.Content content, List<String> stores) {
    return records
        .images()
        .finishUpload(database, image.id(), content, stores)
        .flatMap(there -> there ? Mono.<Void>empty() : gone(image.id()));
  }

  /** Brings an image that is active into more stores; fails if it comes to none of them. */
  Mono<Void> copy(Image image, Destination to) {
    return Mono.fromSupplier(
            () -> importer.stores().nearest(image.id(), image.placement().stores()))
        .onErrorResume(error -> failed(image, to.stores(), error))
        .flatMap(from -> copy(image, from, to));
  }

  private Mono<Void> copy(Image image, String from, Destination to) {
    return to.allMustSucceed()
        ? copyAll(image, from, to.stores())
        : copyAny(image, from, to.stores())
            .filter(copied -> copied > 0 || to.stores().isEmpty())
            .switchIfEmpty(
                Mono.error(() -> ApiFault.unavailable("None of the stores could take the image.")))
            .then();
  }

  private Mono<Void> copyAll(Image image, String from, List<String> stores) {
    return Flux.fromIterable(stores)
        .concatMap(store -> copies.copy(image, from, store))
        .then(placed(image, stores))
        .onErrorResume(error -> failed(image, stores, error));
  }

  /** None of them has it; fails with the error. */
  private <T> Mono<T> failed(Image image, List<String> stores, Throwable error) {
    return Flux.fromIterable(stores)
        .concatMap(store -> failed(image, store, error))
        .then(Mono.error(error));
  }

  /** How many have got it. */
  private Mono<Long> copyAny(Image image, String from, List<String> stores) {
    return Flux.fromIterable(stores)
        .concatMap(
            store ->
                copies
                    .copy(image, from, store)
                    .then(placed(image, List.of(store)))
                    .thenReturn(true)
                    .onErrorResume(
                        error -> !isGone(error),
                        error -> failed(image, store, error).thenReturn(false)))
        .filter(copied -> copied)
        .count();
  }

  private Mono<Void> placed(Image image, List<String> stores) {
    return Mono.defer(() -> records.placements().placed(database, image.id(), stores))
        .flatMap(there -> there ? Mono.<Void>empty() : gone(image.id()));
  }

  private Mono<Void> failed(Image image, String store, Throwable error) {
    log.warn("image {} does not come to the store {}: {}", image.id(), store, error.toString());
    return records
        .placements()
        .leave(database, image.id(), store)
        .then(copies.remove(image, List.of(store)))
        .then(Mono.defer(() -> records.placements().failed(database, image.id(), store)))
        .flatMap(there -> there ? Mono.<Void>empty() : gone(image.id()));
  }

  /** What was stored of an image that was deleted meanwhile goes as the image did. */
  Mono<Void> gone(UUID id) {
    return database
        .inTransaction(transaction -> records.purges().addAll(transaction, id))
        .then(
            Mono.error(
                ApiFault.of(FaultKind.GONE, "Image " + id + " was deleted during the upload.")));
  }

  private static boolean isGone(Throwable error) {
    return error instanceof ApiFault fault && fault.kind() == FaultKind.GONE;
  }

  private static boolean isOfStore(Throwable error) {
    return error instanceof ApiFault fault && fault.kind() == FaultKind.UNAVAILABLE;
  }
}
