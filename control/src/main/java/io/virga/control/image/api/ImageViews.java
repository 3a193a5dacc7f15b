package io.virga.control.image.api;

import io.virga.control.http.View;
import io.virga.control.image.model.Image;
import io.virga.control.image.model.Placement;
import io.virga.control.image.view.Times;

/** Images in glance's words: what is known and all properties in one flat object. */
final class ImageViews {

  private ImageViews() {}

  static View view(Image image) {
    Image.Attributes attributes = image.attributes();
    View view = View.of("id", image.id());
    attributes.properties().forEach(view::with);
    Placement placement = image.placement();
    if (!placement.stores().isEmpty()) {
      view.with("stores", String.join(",", placement.stores()));
    }
    placement
        .progress()
        .ifPresent(
            progress ->
                view.with("os_glance_importing_to_stores", String.join(",", progress.waiting()))
                    .with("os_glance_failed_import", String.join(",", progress.failed())));
    String self = "/v2/images/" + image.id();
    return view.with("name", attributes.name())
        .with("id", image.id())
        .with("status", image.status())
        .with("visibility", attributes.visibility())
        .with("owner", image.projectId())
        .with("protected", attributes.isProtected())
        .with("os_hidden", attributes.hidden())
        .with("disk_format", attributes.diskFormat())
        .with("container_format", attributes.containerFormat())
        .with("min_disk", attributes.minDiskGib())
        .with("min_ram", attributes.minRamMib())
        .with("size", image.content().map(Image.Content::sizeBytes))
        .with(
            "virtual_size",
            image.content().map(Image.Content::virtualSizeBytes).filter(bytes -> bytes > 0))
        .with("checksum", image.content().map(Image.Content::md5))
        .with("os_hash_algo", image.content().map(content -> "sha512"))
        .with("os_hash_value", image.content().map(Image.Content::sha512))
        .with("tags", attributes.tags())
        .with("created_at", Times.text(image.createdAt()))
        .with("updated_at", Times.text(image.updatedAt()))
        .with("self", self)
        .with("file", self + "/file")
        .with("schema", "/v2/schemas/image");
  }
}
