package io.virga.control.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.database.Database;
import io.virga.control.database.Statement;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Attachment.Outside;
import io.virga.control.volume.model.Attachment.Stage;
import io.virga.control.volume.model.Snapshot;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.SnapshotStore;
import io.virga.control.volume.store.VolumeStore;
import io.virga.dataplane.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The law that the database's word for how things are is the model's, whatever their rows hold. */
final class ShownStatusTest {

  private static final int ROUNDS = 1500;
  private static final List<String> PRESENCES = List.of("PRESENT", "PRESENT", "ABSENT");
  private static final List<String> SHOWN =
      List.of("available", "in-use", "error", "maintenance", "attaching");

  private static final String CHANGE_SNAPSHOT =
      """
      UPDATE volume_snapshot SET presence = :presence, observed_generation = :observed,
             error = :error, status = :status
       WHERE id = :id
      """;

  private static final String CHANGE_VOLUME =
      """
      UPDATE volume SET presence = :presence, observed_generation = :observed, error = :error,
             status = :status, resize_generation = :resize, revert_snapshot = :revertTo,
             revert_generation = :revert, attachment_id = :attachment, instance_id = :instance,
             device = :device, detaching = :detaching, outside = CAST(:outside AS jsonb)
       WHERE id = :id
      """;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void isWhatTheModelSays() {
    try (VolumeCloud cloud = new VolumeCloud()) {
      UUID volume = UUID.fromString(cloud.available("law", 1));
      UUID snapshot =
          UUID.fromString(
              cloud
                  .member(
                      "POST", "law", "snapshots", Map.of("snapshot", Map.of("volume_id", volume)))
                  .at("/snapshot/id"));
      Database database = cloud.api().database();
      Set<String> seen = new HashSet<>();
      for (int round = 0; round < ROUNDS; round++) {
        write(changeVolume(database, volume));
        Mono<Volume> read = new VolumeStore().findAny(database, volume);
        seen.add(same(database, "volume", volume, read.map(Volume::status)));
      }
      assertThat(seen)
          .contains("creating", "reserved", "attaching", "in-use", "detaching", "available")
          .contains("error", "extending", "reverting", "deleting", "error_deleting");
      seen.clear();
      for (int round = 0; round < ROUNDS / 5; round++) {
        write(changed(database.sql(CHANGE_SNAPSHOT), snapshot));
        Mono<Snapshot> read = new SnapshotStore().find(database, Viewer.EVERYTHING, snapshot);
        seen.add(same(database, "volume_snapshot", snapshot, read.map(Snapshot::status)));
      }
      assertThat(seen).contains("creating", "available", "error", "deleting", "error_deleting");
    }
  }

  private String same(Database database, String table, UUID id, Mono<String> says) {
    String status = says.blockOptional(VolumeCloud.TIMEOUT).orElseThrow();
    String shown =
        database
            .sql("SELECT shown_status FROM %s WHERE id = :id".formatted(table))
            .bind("id", id)
            .one(row -> row.text("shown_status"))
            .block(VolumeCloud.TIMEOUT);
    assertThat(shown).as("seed %d", seed).isEqualTo(status);
    return status;
  }

  private static void write(Statement change) {
    assertThat(change.execute().block(VolumeCloud.TIMEOUT)).isEqualTo(1);
  }

  private Statement changed(Statement change, UUID id) {
    return change
        .bind("id", id)
        .bind("presence", PRESENCES.get(random.nextInt(PRESENCES.size())))
        .bind("observed", (long) random.nextInt(4))
        .bind("error", sometimes("it failed"), String.class)
        .bind("status", sometimes(SHOWN.get(random.nextInt(SHOWN.size()))), String.class);
  }

  private Statement changeVolume(Database database, UUID id) {
    Optional<UUID> attachment = sometimes(UUID.randomUUID());
    boolean inside = random.nextBoolean();
    Optional<String> instance = attachment.filter(a -> inside).map(UUID::toString);
    Stage stage = Stage.values()[random.nextInt(Stage.values().length)];
    Outside outside =
        new Outside(Optional.empty(), Optional.empty(), Optional.empty(), "", false, stage, false);
    Optional<Long> revert = sometimes((long) random.nextInt(4));
    return changed(database.sql(CHANGE_VOLUME), id)
        .bind("resize", (long) random.nextInt(4))
        .bind("revertTo", revert.map(generation -> UUID.randomUUID()), UUID.class)
        .bind("revert", revert, Long.class)
        .bind("attachment", attachment, UUID.class)
        .bind("instance", instance, String.class)
        .bind("device", instance.map(i -> "vdb"), String.class)
        .bind("detaching", random.nextBoolean())
        .bind(
            "outside", attachment.filter(a -> !inside).map(a -> Json.text(outside)), String.class);
  }

  /** A third of the time. */
  private <T> Optional<T> sometimes(T value) {
    return Optional.of(value).filter(v -> random.nextInt(3) == 0);
  }
}
