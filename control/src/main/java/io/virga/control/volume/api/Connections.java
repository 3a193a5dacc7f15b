package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import io.virga.control.http.View;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.life.OutsideAttachments.Connector;
import io.virga.control.volume.model.Attachment;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.BlockPortals;
import io.virga.control.volume.store.VolumeStore;
import io.virga.dataplane.desired.InstanceSpec.IscsiSource;
import io.virga.dataplane.desired.IscsiAccess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/**
 * How clients of the volume API open volumes: what they say of themselves (cinder's connector), and
 * what they are told (its connection info).
 */
final class Connections {

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Database database;
  private final VolumeStore volumes;
  private final BlockPortals portals;

  Connections(Database database, VolumeStore volumes, BlockPortals portals) {
    this.database = database;
    this.volumes = volumes;
    this.portals = portals;
  }

  static Connector connector(JsonBody body) {
    return new Connector(
        text(body, "host"),
        text(body, "initiator"),
        text(body, "mountpoint"),
        body.optionalChoice("mode", List.of("rw", "ro")).filter("ro"::equals).isPresent());
  }

  private static Optional<String> text(JsonBody body, String name) {
    return body.optionalText(name, Specs.LENGTH).filter(text -> !text.isEmpty());
  }

  /** Answers when the host has opened the volume; unavailable if that takes long. */
  Mono<Volume> opened(Volume volume) {
    return Mono.defer(() -> volumes.find(database, Viewer.EVERYTHING, volume.id()))
        .filter(now -> now.observed().generation() >= volume.desired().generation())
        .repeatWhenEmpty(looks -> looks.delayElements(LOOK))
        .timeout(PATIENCE)
        .onErrorMap(
            TimeoutException.class,
            e ->
                ApiFault.unavailable(
                    "The host of volume %s has not opened it yet; ask again."
                        .formatted(volume.id())));
  }

  /** What opens the volume, without its protocol; nothing if it is closed. */
  Mono<View> data(Volume volume) {
    return Mono.justOrEmpty(volume.attachment())
        .filter(attachment -> attachment.holder().open())
        .flatMap(
            attachment ->
                attachment
                    .iscsi()
                    .map(from -> Mono.just(iscsi(volume, from)))
                    .orElseGet(() -> nbd(volume)))
        .map(
            view ->
                view.with("volume_id", volume.id())
                    .with("discard", true)
                    .with("access_mode", isReadOnly(volume) ? "ro" : "rw")
                    .with("encrypted", false)
                    .with("cacheable", false)
                    // The block store enforces them, whoever the consumer is.
                    .with("qos_specs", Optional.empty()));
  }

  /** Cinder's {@code driver_volume_type}. */
  static String protocol(Volume volume) {
    return volume.attachment().flatMap(Attachment::iscsi).isPresent() ? "iscsi" : "nbd";
  }

  private static View iscsi(Volume volume, IscsiSource from) {
    return View.of("target_discovered", false)
        .with("target_portal", from.portal())
        .with("target_iqn", IscsiAccess.target(volume.exportName()))
        .with("target_lun", 0)
        .with("auth_method", "CHAP")
        .with("auth_username", from.access().user())
        .with("auth_password", from.access().secret());
  }

  private Mono<View> nbd(Volume volume) {
    return portals
        .nbd(database, volume.host())
        .map(url -> View.of("url", url + "/" + volume.exportName()));
  }

  private static boolean isReadOnly(Volume volume) {
    return volume.spec().exports().stream().allMatch(export -> export.readOnly());
  }
}
