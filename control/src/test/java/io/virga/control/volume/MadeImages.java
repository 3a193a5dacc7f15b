package io.virga.control.volume;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.image.DiskImages;
import io.virga.control.policy.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rows of images, their bytes in memory, and a block store whose volumes hold their ids. */
public final class MadeImages implements DiskImages {

  /** What could not be filled; what was is in {@link #filled}. */
  static final String GIVEN_UP = "given up";

  private final Map<UUID, String> filled = new ConcurrentHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean refusing;

  /** So many readings from now on fail. */
  void fail(int readings) {
    failures.set(readings);
  }

  /** From now on no image takes any bytes. */
  void refuse() {
    refusing = true;
  }

  /** What an image holds, once it does. */
  Map<UUID, String> filled() {
    return filled;
  }

  Flux<byte[]> contents(String host, UUID volumeId) {
    return Flux.defer(
        () ->
            failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                ? Flux.error(ApiFault.unavailable("The block store cannot be read."))
                : Flux.just((host + " " + volumeId).getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Mono<UUID> create(Transaction transaction, Caller caller, NewImage image) {
    return insert(transaction, caller, image, "queued");
  }

  @Override
  public Mono<UUID> createMapped(Transaction transaction, Caller caller, NewImage image) {
    return insert(transaction, caller, image, "active");
  }

  private static Mono<UUID> insert(
      Transaction transaction, Caller caller, NewImage image, String status) {
    UUID id = Ids.next();
    return transaction
        .sql(
            """
            INSERT INTO image (id, project_id, name, status, visibility, min_disk_gib, min_ram_mib,
                               protected, hidden, tags, properties)
            VALUES (:id, :project, :name, :status, :visibility, :disk, 0, false, false, '{}',
                    CAST(:properties AS jsonb))
            """)
        .bind("id", id)
        .bind("status", status)
        .bindJson("properties", image.properties())
        .bind("project", caller.projectId())
        .bind("name", image.name())
        .bind("visibility", image.visibility())
        .bind("disk", image.minDiskGib())
        .execute()
        .thenReturn(id);
  }

  @Override
  public Mono<Void> fill(UUID id, Flux<byte[]> contents) {
    if (refusing) {
      return Mono.error(ApiFault.badRequest("The image is empty."));
    }
    return contents
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .reduce(String::concat)
        .doOnNext(text -> filled.put(id, text))
        .then();
  }

  @Override
  public Mono<Void> giveUp(UUID id) {
    return Mono.fromRunnable(() -> filled.put(id, GIVEN_UP));
  }
}
