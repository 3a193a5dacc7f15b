package io.virga.control.volume.upload;

import io.netty.buffer.ByteBuf;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.AgentDoor;
import io.virga.control.image.upload.ChunkUnpacker;
import io.virga.dataplane.tls.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Reads volumes from their block stores (docs/ARCHITECTURE.md §11, "Contents"). */
public final class HostContents implements VolumeContents {

  private static final AgentDoor.Service SERVICE =
      new AgentDoor.Service("blockstore", "contentsUrl");
  private static final String SIZE = "Virga-Volume-Size";

  /** The snapshot waits for writes that have begun, and these for a disk. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final AgentDoor blockstores;

  public HostContents(Database database, ProcessIdentity identity) {
    this.blockstores = new AgentDoor(database, identity, SERVICE, TIMEOUT);
  }

  @Override
  public Flux<byte[]> of(String host, UUID volumeId) {
    return blockstores
        .get(host, "/v1/volumes/" + volumeId + "/contents")
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.unavailable(
                        "The block store of " + host + " does not say where it is read.")))
        .flatMapMany(asked -> asked.response(HostContents::unpacked))
        .onErrorMap(
            IOException.class,
            e -> ApiFault.unavailable("The block store cannot be read: " + e.getMessage()));
  }

  private static Flux<byte[]> unpacked(HttpClientResponse response, ByteBufFlux body) {
    String size = response.responseHeaders().get(SIZE, "");
    if (response.status().code() != 200 || !size.matches("[0-9]{1,18}")) {
      return Flux.error(ApiFault.unavailable("The block store answers " + response.status() + "."));
    }
    Flux<ByteBuf> chunks = body.retain();
    return ChunkUnpacker.ofNumbered(Long.parseLong(size), chunks);
  }
}
