package io.virga.control.image.upload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.control.image.model.Image;
import io.virga.control.image.objects.ImageObjects;
import io.virga.control.image.objects.ImageObjects.Part;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.json.Json;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gives back what was uploaded, byte for byte. */
public final class Downloads {

  private final ImageObjects objects;

  public Downloads(ImageObjects objects) {
    this.objects = objects;
  }

  /** The bytes; every buffer is the receiver's to release. */
  public Flux<ByteBuf> of(Image image, Image.Content content) {
    if (!Importer.isRaw(image)) {
      return objects.get(image.id(), Part.SOURCE);
    }
    return map(image)
        .flatMapMany(
            map ->
                ChunkUnpacker.of(
                    content.sizeBytes(), map.chunks(), objects.get(image.id(), Part.RAW_DATA)))
        .map(Unpooled::wrappedBuffer);
  }

  private Mono<ImageMap> map(Image image) {
    return objects
        .get(image.id(), Part.RAW_MAP)
        .collect(Unpooled::compositeBuffer, (all, part) -> all.addComponent(true, part))
        .map(
            all -> {
              try {
                return Json.read(ByteBufUtil.getBytes(all), ImageMap.class);
              } finally {
                all.release();
              }
            });
  }
}
