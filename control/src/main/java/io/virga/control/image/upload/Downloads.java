package io.virga.control.image.upload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.control.image.model.Image;
import io.virga.control.image.objects.Backend;
import io.virga.control.image.objects.Part;
import io.virga.control.image.objects.Stores;
import io.virga.dataplane.desired.ImageMap;
import io.virga.dataplane.json.Json;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gives back what was uploaded, byte for byte. */
public final class Downloads {

  private final Stores stores;

  public Downloads(Stores stores) {
    this.stores = stores;
  }

  /** The bytes; every buffer is the receiver's to release. */
  public Flux<ByteBuf> of(Image image, Image.Content content) {
    Backend from = stores.backend(stores.nearest(image.id(), image.placement().stores()));
    if (!Importer.isRaw(image)) {
      return from.get(image.id(), Part.SOURCE);
    }
    return map(from, image)
        .flatMapMany(
            map ->
                ChunkUnpacker.of(
                    content.sizeBytes(), map.chunks(), from.get(image.id(), Part.RAW_DATA)))
        .map(Unpooled::wrappedBuffer);
  }

  private static Mono<ImageMap> map(Backend from, Image image) {
    return from.get(image.id(), Part.RAW_MAP)
        .collect(Unpooled::compositeBuffer, (all, part) -> all.addComponent(true, part))
        .doOnDiscard(ByteBuf.class, ByteBuf::release)
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
