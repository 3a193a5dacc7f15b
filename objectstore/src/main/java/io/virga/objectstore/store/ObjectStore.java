package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.device.Change;
import io.virga.objectstore.device.ContentReader;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.Upload;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.index.Index;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Accounts, containers and objects. Every result is of what is durable. Failures that are not the
 * client's are {@link StoreFailure}s. Results come on the executor that the subscriber's context
 * names by {@link #EXECUTOR}, or on a thread of the device's.
 */
public final class ObjectStore {

  /** The key of the context's {@link Executor}. */
  public static final Object EXECUTOR = ObjectStore.class;

  private static final int LOOKUP_RETRIES = 3;

  private final Placement placement;

  public ObjectStore(Placement placement) {
    this.placement = placement;
  }

  public Mono<Optional<ContainerRow>> account(String account) {
    Device device = placement.ofAccount(account);
    return blocking(device, () -> device.index().account(account));
  }

  public Mono<Optional<ContainerRow>> container(ContainerPath path) {
    Device device = placement.ofContainer(path);
    return Mono.defer(
        () ->
            switch (device.index().cachedContainer(path)) {
              case Index.Known<ContainerRow>(Optional<ContainerRow> row) -> Mono.just(row);
              case Index.NotCached<ContainerRow>() ->
                  blocking(device, () -> device.index().container(path));
            });
  }

  /** The object, if it is there. */
  public Mono<Optional<ObjectRow>> object(ObjectPath path) {
    Device device = placement.ofObject(path);
    return Mono.defer(
        () ->
            switch (device.index().cachedObject(path)) {
              case Index.Known<ObjectRow>(Optional<ObjectRow> row) ->
                  Mono.just(row.filter(r -> !r.deleted()));
              case Index.NotCached<ObjectRow>() ->
                  blocking(device, () -> device.index().live(path));
            });
  }

  public Mono<ListingPage<ContainerRow>> listContainers(String account, ListingQuery query) {
    Device device = placement.ofAccount(account);
    return blocking(device, () -> device.index().listContainers(account, query));
  }

  /** A container and what it lists. */
  public record Listing(ContainerRow container, ListingPage<ListingRow> page) {}

  /** Part of a container's listing; empty if there is no container. */
  public Mono<Optional<Listing>> listObjects(ContainerPath path, ListingQuery query) {
    Device device = placement.ofContainer(path);
    return blocking(
        device,
        () ->
            device
                .index()
                .container(path)
                .map(row -> new Listing(row, device.index().listObjects(row.id(), query))));
  }

  /** Makes the account, or changes its metadata; true if it is new. */
  public Mono<Result<Boolean>> putAccount(
      String account, UnaryOperator<Map<String, String>> metadata) {
    return commit(placement.ofAccount(account), ContainerChanges.putAccount(account, metadata));
  }

  /** Makes the container, or changes its metadata; true if it is new. */
  public Mono<Result<Boolean>> putContainer(
      ContainerPath path, UnaryOperator<Map<String, String>> metadata, boolean mustBeNew) {
    return commit(placement.ofContainer(path), ContainerChanges.put(path, metadata, mustBeNew));
  }

  /** Changes the metadata of a container. */
  public Mono<Result<Boolean>> updateContainer(
      ContainerPath path, UnaryOperator<Map<String, String>> metadata) {
    return commit(placement.ofContainer(path), ContainerChanges.update(path, metadata));
  }

  /** Deletes a container that is empty. */
  public Mono<Result<Boolean>> deleteContainer(ContainerPath path) {
    return commit(placement.ofContainer(path), ContainerChanges.delete(path));
  }

  /**
   * Takes the bytes of an object and hands them on; what then is not put is dropped again.
   *
   * @param body buffers that are released here; cancelled when it is too much for the device
   * @param then puts the object, or refuses it
   */
  public <T> Mono<T> receive(
      ObjectPath path, OptionalLong length, Flux<ByteBuf> body, Function<Received, Mono<T>> then) {
    return Mono.using(
        () -> placement.ofObject(path).upload(path, length),
        upload -> new Receiver(upload).receive(body).flatMap(then),
        Upload::close);
  }

  /** Puts an object whose bytes have been received, in the function given to {@link #receive}. */
  public Mono<Result<ObjectRow>> put(
      ObjectPath path, NewObject object, Content content, Condition condition) {
    return commit(placement.ofObject(path), ObjectChanges.put(path, object, content, condition));
  }

  /** Deletes an object. */
  public Mono<Result<ObjectRow>> delete(ObjectPath path, Condition condition) {
    return commit(placement.ofObject(path), ObjectChanges.delete(path, condition));
  }

  /**
   * Changes content type and metadata of an object; all else of the returned row is not looked at.
   */
  public Mono<Result<ObjectRow>> update(ObjectPath path, UnaryOperator<ObjectRow> change) {
    return commit(placement.ofObject(path), ObjectChanges.update(path, change));
  }

  /** Forgets a multipart upload and its parts. */
  public Mono<Result<ObjectRow>> abort(
      ContainerPath container, ObjectPath upload, String uploadId) {
    return commit(placement.ofObject(upload), ObjectChanges.abort(container, upload, uploadId));
  }

  /** An object whose bytes stay readable until it is closed. */
  public record Open(ObjectRow row, ContentReader.Opened content) implements AutoCloseable {

    @Override
    public void close() {
      content.close();
    }
  }

  /** Opens an object for reading; whoever gets it closes it. */
  public Mono<Optional<Open>> open(ObjectPath path) {
    return open(path, LOOKUP_RETRIES);
  }

  private Mono<Optional<Open>> open(ObjectPath path, int retries) {
    return object(path)
        .flatMap(
            found -> {
              if (found.isEmpty()) {
                return Mono.just(Optional.empty());
              }
              ContentReader reader = placement.ofObject(path).reader();
              Optional<ContentReader.Opened> opened = reader.open(found.get().content());
              if (opened.isPresent()) {
                return Mono.just(Optional.of(new Open(found.get(), opened.get())));
              }
              return retries > 0
                  ? open(path, retries - 1)
                  : Mono.error(new StoreFailure.DamagedData(path + " names bytes that are gone"));
            });
  }

  private <T> Mono<T> commit(Device device, Change<T> change) {
    return Mono.deferContextual(
        context -> {
          Executor executor = context.getOrDefault(EXECUTOR, Runnable::run);
          return Mono.fromFuture(
              device.commit(change, executor == null ? Runnable::run : executor), true);
        });
  }

  private static <T> Mono<T> blocking(Device device, Supplier<T> read) {
    return Mono.create(
        sink ->
            device
                .io()
                .execute(
                    () -> {
                      try {
                        sink.success(read.get());
                      } catch (RuntimeException e) {
                        sink.error(e);
                      }
                    }));
  }
}
