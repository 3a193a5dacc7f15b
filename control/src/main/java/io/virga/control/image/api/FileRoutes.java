package io.virga.control.image.api;

import io.netty.buffer.ByteBufAllocator;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.Replies;
import io.virga.control.http.Route;
import io.virga.control.image.model.Image;
import io.virga.control.image.objects.Stores;
import io.virga.control.image.store.ImageStore;
import io.virga.control.image.upload.Downloads;
import io.virga.control.image.upload.Uploads;
import io.virga.control.policy.Rule;
import io.virga.control.tenancy.Viewer;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /v2/images/{id}/file}: the bytes, streamed both ways. */
public final class FileRoutes {

  /** The header that says where an upload is to be. */
  private static final String STORE = "X-Image-Meta-Store";

  private static final NettyDataBufferFactory BUFFERS =
      new NettyDataBufferFactory(ByteBufAllocator.DEFAULT);

  private final Database database;
  private final ImageStore images;
  private final Downloads downloads;
  private final Uploads uploads;
  private final Stores stores;

  public FileRoutes(
      Database database, ImageStore images, Stores stores, Downloads downloads, Uploads uploads) {
    this.database = database;
    this.stores = stores;
    this.images = images;
    this.downloads = downloads;
    this.uploads = uploads;
  }

  public List<Route> routes() {
    return List.of(
        Route.put("/v2/images/{id}/file", Rule.MEMBER, this::upload),
        Route.get("/v2/images/{id}/file", Rule.READER, this::download));
  }

  private Mono<ServerResponse> upload(ApiRequest request) {
    String store = request.header(STORE).map(stores::known).orElse(Stores.OBJECTS);
    return octets(request)
        .flatMap(
            bytes ->
                images
                    .findOwned(database, Viewer.of(request.caller()), request.id("id", "Image"))
                    .flatMap(image -> uploads.take(image, store, bytes)))
        .then(Replies.noContent());
  }

  /** The body, of which nothing has been read; fails if it is not of the type of bytes. */
  static Mono<Flux<byte[]>> octets(ApiRequest request) {
    String type = request.header("Content-Type").orElse("");
    if (!type.startsWith(MediaType.APPLICATION_OCTET_STREAM_VALUE)) {
      return Mono.error(
          ApiFault.of(
              FaultKind.UNSUPPORTED_MEDIA_TYPE,
              "Content-Type: '" + type + "' is not application/octet-stream"));
    }
    return Mono.just(
        request
            .content()
            .map(
                buffer -> {
                  byte[] bytes = new byte[buffer.readableByteCount()];
                  buffer.read(bytes);
                  DataBufferUtils.release(buffer);
                  return bytes;
                })
            .doOnDiscard(DataBuffer.class, DataBufferUtils::release));
  }

  private Mono<ServerResponse> download(ApiRequest request) {
    return images
        .find(database, Viewer.of(request.caller()), request.id("id", "Image"))
        .map(image -> readable(request, image))
        .flatMap(
            image ->
                image
                    .content()
                    .map(content -> download(image, content))
                    .orElseGet(Replies::noContent));
  }

  private static Image readable(ApiRequest request, Image image) {
    if (image.status().equals(Image.DEACTIVATED) && !request.caller().isAdmin()) {
      throw ApiFault.forbidden(
          "The requested image has been deactivated. Image data download is forbidden.");
    }
    return image;
  }

  private Mono<ServerResponse> download(Image image, Image.Content content) {
    Flux<DataBuffer> bytes = downloads.of(image, content).map(BUFFERS::wrap);
    return ServerResponse.ok()
        .contentType(MediaType.APPLICATION_OCTET_STREAM)
        .contentLength(content.sizeBytes())
        .header("Content-MD5", content.md5())
        .body(BodyInserters.fromDataBuffers(bytes));
  }
}
