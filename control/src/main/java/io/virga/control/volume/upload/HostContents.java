package io.virga.control.volume.upload;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOption;
import io.virga.control.database.Database;
import io.virga.control.fault.ApiFault;
import io.virga.control.hosts.Hosts;
import io.virga.control.image.upload.ChunkUnpacker;
import io.virga.dataplane.tls.ProcessIdentity;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** Reads volumes from their block stores (docs/ARCHITECTURE.md §11, "Contents"). */
public final class HostContents implements VolumeContents {

  private static final String SERVICE = "blockstore";
  private static final String SIZE = "Virga-Volume-Size";
  private static final int CONNECT_TIMEOUT_MILLIS = 3000;

  /** The snapshot waits for writes that have begun, and these for a disk. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Database database;
  private final Hosts hosts;
  private final HttpClient client;

  public HostContents(Database database, Hosts hosts, ProcessIdentity identity) {
    this.database = database;
    this.hosts = hosts;
    this.client =
        HttpClient.newConnection()
            .secure(spec -> spec.sslContext(identity.clientContext(SERVICE)))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .responseTimeout(TIMEOUT);
  }

  @Override
  public Flux<byte[]> of(String host, UUID volumeId) {
    return hosts
        .all(database, Optional.of(SERVICE))
        .filter(known -> known.name().equals(host))
        .next()
        .flatMap(known -> Mono.justOrEmpty(Optional.ofNullable(known.details().get("contentsUrl"))))
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.unavailable(
                        "The block store of " + host + " does not say where it is read.")))
        .flatMapMany(url -> read(url + "/v1/volumes/" + volumeId + "/contents"));
  }

  private Flux<byte[]> read(String url) {
    return client
        .get()
        .uri(url)
        .response(HostContents::unpacked)
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
