package io.virga.control.compute.server;

import io.virga.control.compute.model.Flavor;
import io.virga.control.compute.model.KeyPair;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.store.FlavorStore;
import io.virga.control.compute.store.KeyPairStore;
import io.virga.control.compute.store.Placement;
import io.virga.control.compute.store.ServerStore;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.Ids;
import io.virga.control.image.BootImages;
import io.virga.control.image.BootImages.BootImage;
import io.virga.control.network.InstancePorts;
import io.virga.control.network.InstancePorts.Nic;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.RootDisk;
import io.virga.dataplane.desired.PowerState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * How servers come to be and go. A server, its host's capacity, its quota, addresses, disk and what
 * its host is told are one transaction: all of it or nothing.
 */
public final class ServerLife {

  private static final long GIBIBYTE = 1L << 30;
  private static final int LONGEST_HOST_NAME = 63;
  private static final String NO_HOST =
      "No valid host was found. There are not enough hosts available.";

  private final Stores stores;
  private final Neighbours neighbours;
  private final InstanceSpecs specs;
  private final Quota quota;

  public ServerLife(Stores stores, Neighbours neighbours, InstanceSpecs specs, Quota quota) {
    this.stores = stores;
    this.neighbours = neighbours;
    this.specs = specs;
    this.quota = quota;
  }

  /** The tables that servers live in. */
  public record Stores(
      ServerStore servers, FlavorStore flavors, KeyPairStore keyPairs, Placement placement) {}

  /** The services that servers are made of. */
  public record Neighbours(BootImages images, InstanceVolumes volumes, InstancePorts ports) {}

  /** What a draft refers to. */
  private record Parts(Flavor flavor, BootImage image, Optional<KeyPair> keyPair) {}

  /** Makes a server; one for which no host is found is kept and says so. */
  public Mono<Server> create(Transaction transaction, Caller caller, ServerDraft draft) {
    return parts(transaction, caller, draft)
        .flatMap(
            parts ->
                quota
                    .claim(transaction, caller.projectId(), needs(parts.flavor()))
                    .then(
                        stores
                            .placement()
                            .claim(
                                transaction,
                                parts.flavor().vcpus(),
                                parts.flavor().ramMib(),
                                draft.host()))
                    .map(host -> server(caller, draft, parts, host))
                    .flatMap(server -> place(transaction, caller, draft, parts.image(), server))
                    .switchIfEmpty(
                        Mono.defer(() -> insert(transaction, server(caller, draft, parts, "")))));
  }

  /** From now on the server is on its way out; it is gone when its host says so. */
  public Mono<Void> delete(Transaction transaction, Server server) {
    if (server.host().isEmpty()) {
      return forget(transaction, server);
    }
    if (server.desired().power() == PowerState.ABSENT) {
      return Mono.empty();
    }
    return change(transaction, server, server.desired().power(PowerState.ABSENT, "deleting"));
  }

  /** Changes what is desired of a server, and tells its host. */
  public Mono<Void> change(Transaction transaction, Server server, Server.Desired desired) {
    return stores
        .servers()
        .updateDesired(transaction, server.id(), desired)
        .then(stores.servers().find(transaction, Viewer.EVERYTHING, server.id()))
        .flatMap(changed -> specs.put(transaction, changed));
  }

  /**
   * The host has nothing left of the server: gives everything back, in the order in which it was
   * claimed, so that no server on its way in and one on its way out wait for each other.
   */
  public Mono<Void> forget(Transaction transaction, Server server) {
    String id = server.id().toString();
    return quota
        .release(transaction, server.projectId(), needs(server.size()))
        .then(stores.placement().release(transaction, server))
        .then(neighbours.volumes().releaseAll(transaction, id))
        .then(neighbours.ports().release(transaction, id))
        .then(specs.remove(transaction, server))
        .then(stores.servers().delete(transaction, server.id()));
  }

  private Mono<Server> place(
      Transaction transaction, Caller caller, ServerDraft draft, BootImage image, Server server) {
    String id = server.id().toString();
    long size =
        server.size().diskGib() > 0
            ? server.size().diskGib() * GIBIBYTE
            : image.source().virtualSizeBytes();
    return insert(transaction, server)
        .then(
            neighbours
                .volumes()
                .claimRoot(
                    transaction,
                    new RootDisk(server.projectId(), id, server.host()),
                    image.source(),
                    size))
        .then(nics(transaction, caller, draft))
        .flatMap(
            nics ->
                neighbours
                    .ports()
                    .claim(
                        transaction,
                        caller,
                        new InstancePorts.Instance(
                            id, server.host(), server.hostname(), draft.securityGroups()),
                        nics))
        .then(Mono.defer(() -> specs.put(transaction, server)))
        .thenReturn(server);
  }

  private Mono<List<Nic>> nics(Transaction transaction, Caller caller, ServerDraft draft) {
    if (!draft.nics().isEmpty() || draft.noNetwork()) {
      return Mono.just(draft.nics());
    }
    return neighbours
        .ports()
        .onlyNetwork(transaction, caller)
        .map(id -> List.of(new Nic(Optional.of(id), Optional.empty(), Optional.empty())))
        .defaultIfEmpty(List.of());
  }

  private Mono<Server> insert(Transaction transaction, Server server) {
    return stores.servers().insert(transaction, server).thenReturn(server);
  }

  private Mono<Parts> parts(Transaction transaction, Caller caller, ServerDraft draft) {
    Mono<Optional<KeyPair>> keyPair =
        draft
            .keyName()
            .map(
                name ->
                    stores
                        .keyPairs()
                        .find(transaction, caller.userId(), name)
                        .onErrorMap(
                            ApiFault.class,
                            e -> ApiFault.badRequest("Invalid key_name provided: " + name))
                        .map(Optional::of))
            .orElse(Mono.just(Optional.empty()));
    return stores
        .flavors()
        .find(transaction, draft.flavorId(), caller.isAdmin())
        .onErrorMap(
            ApiFault.class,
            e ->
                e.kind() == FaultKind.NOT_FOUND
                    ? ApiFault.badRequest("Flavor " + draft.flavorId() + " could not be found.")
                    : e)
        .flatMap(
            flavor ->
                neighbours
                    .images()
                    .bootable(transaction, caller, draft.imageId())
                    .flatMap(
                        image ->
                            keyPair.map(pair -> new Parts(flavor, fitting(image, flavor), pair))));
  }

  private static BootImage fitting(BootImage image, Flavor flavor) {
    if (image.minRamMib() > flavor.ramMib()) {
      throw ApiFault.badRequest(
          "Flavor's memory is too small for requested image: %d MiB, but the image needs %d MiB."
              .formatted(flavor.ramMib(), image.minRamMib()));
    }
    long disk = flavor.diskGib() * GIBIBYTE;
    if (disk > 0
        && (image.minDiskGib() > flavor.diskGib() || image.source().virtualSizeBytes() > disk)) {
      throw ApiFault.badRequest(
          "Flavor's disk is too small for requested image. Flavor disk is %d bytes, image is %d bytes."
              .formatted(
                  disk,
                  Math.max(image.minDiskGib() * GIBIBYTE, image.source().virtualSizeBytes())));
    }
    return image;
  }

  private static Map<Resource, Long> needs(Flavor flavor) {
    return Map.of(
        Resource.INSTANCES, 1L,
        Resource.CORES, (long) flavor.vcpus(),
        Resource.RAM_MIB, (long) flavor.ramMib());
  }

  private static Map<Resource, Long> needs(Server.Size size) {
    return Map.of(
        Resource.INSTANCES, 1L,
        Resource.CORES, (long) size.vcpus(),
        Resource.RAM_MIB, (long) size.ramMib());
  }

  private static Server server(Caller caller, ServerDraft draft, Parts parts, String host) {
    UUID id = Ids.next();
    Flavor flavor = parts.flavor();
    Instant now = Instant.now();
    return new Server(
        id,
        caller.projectId(),
        caller.userId(),
        draft.name(),
        draft.description(),
        hostname(draft.name(), id),
        host,
        new Server.Size(
            flavor.id(), flavor.name(), flavor.vcpus(), flavor.ramMib(), flavor.diskGib()),
        parts.image().id(),
        new Server.Access(
            draft.keyName(),
            parts.keyPair().map(KeyPair::publicKey),
            draft.userData(),
            draft.configDrive()),
        draft.metadata(),
        draft.securityGroups().isEmpty() ? List.of("default") : draft.securityGroups(),
        new Server.Desired(PowerState.RUNNING, 0, 0, 1, Optional.empty()),
        new Server.Observed(
            0, "", host.isEmpty() ? Optional.of(NO_HOST) : Optional.empty(), Optional.empty()),
        now,
        now);
  }

  /** What DHCP and the metadata call it: the name, as far as a host name may be (RFC 1123). */
  private static String hostname(String name, UUID id) {
    String hostname =
        name.toLowerCase(Locale.ROOT)
            .replaceAll("[ _]+", "-")
            .replaceAll("[^a-z0-9.-]", "")
            .replaceAll("^[-.]+", "")
            .replaceAll("-*\\.[-.]*", ".");
    String cut =
        hostname
            .substring(0, Math.min(hostname.length(), LONGEST_HOST_NAME))
            .replaceAll("[-.]+$", "");
    return cut.isEmpty() ? "server-" + id : cut;
  }
}
