package io.virga.control.compute.server;

import io.virga.control.compute.model.Flavor;
import io.virga.control.compute.model.KeyPair;
import io.virga.control.compute.model.Move;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.VmState;
import io.virga.control.compute.server.ServerLife.Neighbours;
import io.virga.control.compute.server.ServerLife.Stores;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.BootImages.BootImage;
import io.virga.control.image.DiskImages;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Quota;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.RootDisk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Makes something else of servers that are there: from another image, of another size, from a
 * rescue disk. Each takes a locked server and gives the changed one, which its caller writes. A
 * guest that runs begins anew, once, when its host has what it needs.
 */
public final class ServerBuilds {

  private static final long GIBIBYTE = 1L << 30;
  private static final String REBUILDING = "rebuilding";

  private final Stores stores;
  private final Neighbours neighbours;
  private final Quota quota;
  private final Moves moves;
  private final FurtherDisks further;

  public ServerBuilds(Stores stores, Neighbours neighbours, Quota quota, Moves moves) {
    this.moves = moves;
    this.stores = stores;
    this.neighbours = neighbours;
    this.quota = quota;
    this.further = new FurtherDisks(neighbours.volumes(), false);
  }

  /**
   * What a server shall be rebuilt as.
   *
   * @param keyName the inner one is empty for no key; the outer one for the key that it has
   * @param userData likewise
   */
  public record Rebuild(
      String imageId,
      Server.Description description,
      Optional<Optional<String>> keyName,
      Optional<Optional<String>> userData,
      Optional<String> diskConfig) {}

  /** From another image, or the same once more: its disk is a new one, unless it is a volume. */
  public Mono<Server> rebuild(
      Transaction transaction, Caller caller, Server server, Rebuild rebuild) {
    if (server.build().imageId().isEmpty()) {
      return rebuildBacked(transaction, caller, server, rebuild);
    }
    String id = server.id().toString();
    return image(transaction, caller, rebuild.imageId(), server.size())
        .flatMap(
            image ->
                access(transaction, caller, server.access(), rebuild)
                    .flatMap(
                        access ->
                            neighbours
                                .volumes()
                                .retireRoot(transaction, id, InstanceVolumes.ROOT)
                                .then(retireRescue(transaction, server))
                                .then(claim(transaction, server, image, InstanceVolumes.ROOT))
                                .then(
                                    neighbours
                                        .volumes()
                                        .renewFurther(transaction, id, server.host()))
                                .thenReturn(rebuilt(server, rebuild, image.id(), access))));
  }

  /** The volume that it boots from stays as it is: the image is named to be that of the volume. */
  private Mono<Server> rebuildBacked(
      Transaction transaction, Caller caller, Server server, Rebuild rebuild) {
    return neighbours
        .volumes()
        .bootImage(transaction, server.id().toString())
        .filter(rebuild.imageId()::equals)
        .switchIfEmpty(
            Mono.error(
                () ->
                    ApiFault.badRequest(
                        "Unable to rebuild with a different image for a volume-backed server.")))
        .flatMap(same -> access(transaction, caller, server.access(), rebuild))
        .delayUntil(
            access ->
                neighbours
                    .volumes()
                    .renewFurther(transaction, server.id().toString(), server.host()))
        .map(access -> rebuilt(server, rebuild, "", access));
  }

  private static Server rebuilt(
      Server server, Rebuild rebuild, String imageId, Server.Access access) {
    Server.Build build =
        server
            .build()
            .from(imageId, access, rebuild.diskConfig().orElse(server.build().diskConfig()));
    // Of one that is in error its desired power says what has failed last, not what it is to be.
    Server.Desired desired =
        server.vmState() == VmState.STOPPED
            ? server.desired().anew(REBUILDING)
            : server.desired().running(REBUILDING);
    return server.with(rebuild.description()).with(build).with(desired);
  }

  private Mono<Server.Access> access(
      Transaction transaction, Caller caller, Server.Access before, Rebuild rebuild) {
    Optional<String> userData = rebuild.userData().orElse(before.userData());
    if (rebuild.keyName().isEmpty()) {
      return Mono.just(
          new Server.Access(before.keyName(), before.publicKey(), userData, before.configDrive()));
    }
    return KeyPairs.find(stores.keyPairs(), transaction, caller, rebuild.keyName().get())
        .map(
            pair ->
                new Server.Access(
                    pair.map(KeyPair::name),
                    pair.map(KeyPair::publicKey),
                    userData,
                    before.configDrive()));
  }

  private Mono<InstanceVolumes.AttachedVolume> claim(
      Transaction transaction, Server server, BootImage image, String device) {
    return neighbours
        .volumes()
        .claimRoot(
            transaction,
            new RootDisk(server.projectId(), server.id().toString(), server.host(), device),
            image.source(),
            Fit.rootBytes(server.size(), image));
  }

  private Mono<BootImage> image(
      Transaction transaction, Caller caller, String imageId, Server.Size size) {
    return neighbours
        .images()
        .bootable(transaction, caller, imageId)
        .doOnNext(image -> Fit.check(image, size));
  }

  /**
   * Of another flavor: on its host if that has room for it, or else on another. Both sizes are
   * claimed until it is confirmed or reverted.
   */
  public Mono<Server> resize(
      Transaction transaction, Caller caller, Server server, String flavorId) {
    return stores
        .flavors()
        .find(transaction, flavorId, caller)
        .onErrorMap(ApiFault::isNotFound, e -> NewServers.unknownFlavor(flavorId))
        .flatMap(
            flavor -> {
              check(server.size(), flavor);
              Server.Size before = server.size();
              Server.Size after = Server.Size.of(flavor);
              return claimMore(transaction, server, Sizes.both(before, after))
                  .flatMap(
                      fits ->
                          fits
                              ? grow(transaction, server, after)
                                  .then(further.resize(transaction, server, before, after))
                                  .thenReturn(
                                      server
                                          .with(server.build().sized(after, Optional.of(before)))
                                          .with(server.desired().anew("resize_finish")))
                              : moves.resize(transaction, caller.userId(), server, after));
            });
  }

  private static void check(Server.Size before, Flavor flavor) {
    if (flavor.id().equals(before.flavorId())) {
      throw ApiFault.badRequest("When resizing, instances must change flavor!");
    }
    if (flavor.extra().ephemeralGib() < before.ephemeralGib()) {
      throw ApiFault.badRequest(
          "The flavor's ephemeral disk of %d GiB is smaller than the server's of %d GiB."
              .formatted(flavor.extra().ephemeralGib(), before.ephemeralGib()));
    }
    if (flavor.diskGib() == 0 && before.diskGib() > 0) {
      throw ApiFault.badRequest("Resize to zero disk flavor is not allowed.");
    }
    if (flavor.diskGib() < before.diskGib()) {
      throw ApiFault.badRequest(
          "The flavor's disk of %d GiB is smaller than the server's of %d GiB."
              .formatted(flavor.diskGib(), before.diskGib()));
    }
  }

  /** Whether its host has room for it; the quota is claimed in any case. */
  private Mono<Boolean> claimMore(Transaction transaction, Server server, Server.Size both) {
    Optional<Server.Size> more = Sizes.more(both, server.size());
    return more.isEmpty()
        ? Mono.just(true)
        : quota
            .claim(transaction, server.projectId(), ServerLife.needs(more.get(), 0))
            .then(stores.placement().grow(transaction, server.host(), more.get()));
  }

  private Mono<Void> grow(Transaction transaction, Server server, Server.Size after) {
    return after.diskGib() > server.size().diskGib() && !server.build().imageId().isEmpty()
        ? neighbours
            .volumes()
            .growRoot(
                transaction,
                server.id().toString(),
                InstanceVolumes.ROOT,
                after.diskGib() * GIBIBYTE)
        : Mono.empty();
  }

  /** It stays what it has become. */
  public Mono<Server> confirm(Transaction transaction, Server server) {
    Optional<Move> move = server.placed().move();
    if (move.isPresent()) {
      return moves.confirm(transaction, server, move.get());
    }
    return giveBack(transaction, server, server.size())
        .thenReturn(server.with(server.build().sized(server.size(), Optional.empty())));
  }

  /**
   * It becomes what it was, and goes back to where it was; a disk that has grown stays as large as
   * it is.
   */
  public Mono<Server> revert(Transaction transaction, Server server) {
    if (server.build().resizedFrom().isEmpty()) {
      return Mono.error(
          ApiFault.conflict("Instance " + server.id() + " has not been resized or migrated."));
    }
    Optional<Move> move = server.placed().move();
    if (move.isPresent()) {
      return moves.revert(transaction, server, move.get());
    }
    Server.Size before = server.build().resizedFrom().orElse(server.size());
    return giveBack(transaction, server, before)
        .then(further.resize(transaction, server, server.size(), before))
        .thenReturn(
            server
                .with(server.build().sized(before, Optional.empty()))
                .with(server.desired().anew("resize_reverting")));
  }

  private Mono<Void> giveBack(Transaction transaction, Server server, Server.Size kept) {
    Optional<Server.Size> rest = Sizes.more(Sizes.claimed(server.build()), kept);
    return rest.isEmpty()
        ? Mono.empty()
        : quota
            .release(transaction, server.projectId(), ServerLife.needs(rest.get(), 0))
            .then(stores.placement().release(transaction, server.host(), rest.get()));
  }

  /** Runs from a disk of an image, its own if none is named, with its own disk as the second. */
  public Mono<Server> rescue(
      Transaction transaction, Caller caller, Server server, Optional<String> imageId) {
    if (server.build().imageId().isEmpty()) {
      return Mono.error(
          ApiFault.badRequest("Cannot rescue a volume-backed instance: " + server.id()));
    }
    return image(transaction, caller, imageId.orElse(server.build().imageId()), server.size())
        .delayUntil(image -> retireRescue(transaction, server))
        .flatMap(image -> claim(transaction, server, image, InstanceVolumes.RESCUE))
        .thenReturn(
            server.with(server.build().rescued(true)).with(server.desired().running("rescuing")));
  }

  /** Runs from its own disk again. */
  public Mono<Server> unrescue(Transaction transaction, Server server) {
    return retireRescue(transaction, server)
        .thenReturn(
            server
                .with(server.build().rescued(false))
                .with(server.desired().running("unrescuing")));
  }

  /** A rescue that has failed leaves its disk, as one that has not. */
  private Mono<Void> retireRescue(Transaction transaction, Server server) {
    return neighbours
        .volumes()
        .retireRoot(transaction, server.id().toString(), InstanceVolumes.RESCUE);
  }

  /** Begins to make an image of its root disk, or of its volumes if it boots from one; its id. */
  public Mono<UUID> image(
      Transaction transaction,
      Caller caller,
      Server server,
      String name,
      Map<String, String> properties) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("image_type", "snapshot");
    all.put("instance_uuid", server.id().toString());
    if (!server.build().imageId().isEmpty()) {
      all.put("base_image_ref", server.build().imageId());
    }
    all.putAll(properties);
    DiskImages.NewImage image =
        new DiskImages.NewImage(name, "private", false, server.size().diskGib(), all);
    String id = server.id().toString();
    return server.build().imageId().isEmpty()
        ? neighbours.volumes().imageOfVolumes(transaction, caller, id, image)
        : neighbours.volumes().imageOfRoot(transaction, caller, id, image);
  }
}
