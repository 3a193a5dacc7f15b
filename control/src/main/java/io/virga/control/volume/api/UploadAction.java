package io.virga.control.volume.api;

import io.virga.control.database.Database;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.http.Replies;
import io.virga.control.http.View;
import io.virga.control.image.DiskImages;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.model.Volume;
import io.virga.control.volume.store.VolumeStore;
import io.virga.control.volume.upload.VolumeUploads;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code os-volume_upload_image}: answers at once, with the image that is being made. */
final class UploadAction {

  /** Of images that are made of volumes. */
  private static final String DISK_FORMAT = "raw";

  private static final String CONTAINER_FORMAT = "bare";

  private final Database database;
  private final VolumeStore volumes;
  private final VolumeUploads uploads;

  UploadAction(Database database, VolumeStore volumes, VolumeUploads uploads) {
    this.database = database;
    this.volumes = volumes;
    this.uploads = uploads;
  }

  Mono<ServerResponse> upload(ApiRequest request, UUID id, JsonBody arguments) {
    String name = arguments.text("image_name", Specs.LENGTH);
    boolean force = arguments.flag("force", false);
    boolean isProtected = arguments.flag("protected", false);
    arguments.optionalChoice("disk_format", List.of(DISK_FORMAT));
    arguments.optionalChoice("container_format", List.of(CONTAINER_FORMAT));
    String visibility =
        arguments
            .optionalChoice("visibility", List.of("public", "private", "shared", "community"))
            .orElse("private");
    return database
        .inTransaction(
            transaction ->
                volumes
                    .lock(transaction, Viewer.of(request.caller()), id)
                    .flatMap(
                        volume ->
                            uploads
                                .begin(
                                    transaction,
                                    request.caller(),
                                    volume,
                                    new DiskImages.NewImage(
                                        name, visibility, isProtected, volume.sizeGib(), Map.of()),
                                    force)
                                .map(image -> view(volume, image, name, visibility, isProtected))))
        .doOnNext(view -> uploads.look())
        .flatMap(view -> Replies.accepted(View.of("os-volume_upload_image", view)));
  }

  private static View view(
      Volume volume, UUID image, String name, String visibility, boolean isProtected) {
    return View.of("id", volume.id())
        .with("status", VolumeUploads.UPLOADING)
        .with("updated_at", VolumeViews.time(volume.updatedAt()))
        .with("display_description", volume.description().text())
        .with("size", volume.sizeGib())
        .with("volume_type", volume.traits().type().map(Volume.Type::name))
        .with("image_id", image)
        .with("image_name", name)
        .with("disk_format", DISK_FORMAT)
        .with("container_format", CONTAINER_FORMAT)
        .with("visibility", visibility)
        .with("protected", isProtected);
  }
}
