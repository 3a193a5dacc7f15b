package io.virga.control.compute.server;

import io.virga.control.compute.model.Flavor;
import io.virga.control.compute.model.KeyPair;
import io.virga.control.compute.model.Server;
import io.virga.control.compute.model.ServerGroup;
import io.virga.control.compute.model.Shelf;
import io.virga.control.compute.server.ServerLife.Actor;
import io.virga.control.compute.server.ServerLife.Neighbours;
import io.virga.control.compute.server.ServerLife.Stores;
import io.virga.control.compute.store.Placement;
import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.http.Ids;
import io.virga.control.image.BootImages;
import io.virga.control.image.BootImages.BootImage;
import io.virga.control.network.InstancePorts;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.network.InstancePorts.Nic;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import io.virga.control.tenancy.Viewer;
import io.virga.control.volume.InstanceVolumes;
import io.virga.control.volume.InstanceVolumes.AttachedVolume;
import io.virga.control.volume.InstanceVolumes.RootDisk;
import io.virga.control.volume.InstanceVolumes.Source;
import io.virga.control.volume.InstanceVolumes.Wish;
import io.virga.dataplane.desired.PowerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How servers come to be. All that one request asks for, with their hosts' capacity, quota,
 * addresses, disks and what their hosts are told, is one transaction.
 */
public final class NewServers {

  private static final int LONGEST_HOST_NAME = 63;
  private static final String NO_HOST =
      "No valid host was found. There are not enough hosts available.";

  private final Stores stores;
  private final Neighbours neighbours;
  private final InstanceSpecs specs;
  private final Quota quota;
  private final FurtherDisks further;

  public NewServers(Stores stores, Neighbours neighbours, InstanceSpecs specs, Quota quota) {
    this.stores = stores;
    this.neighbours = neighbours;
    this.specs = specs;
    this.quota = quota;
    this.further = new FurtherDisks(neighbours.volumes(), false);
  }

  /**
   * How many are asked for.
   *
   * @param least fewer are made if the quota has no room for more, but not fewer than that
   */
  public record Count(int least, int most) {}

  /** What a draft refers to. */
  private record Parts(
      Flavor flavor,
      Optional<BootImage> image,
      Optional<KeyPair> keyPair,
      Optional<String> host,
      Optional<ServerGroup> group) {}

  /**
   * What is asked for.
   *
   * @param mapping reads the disks that an image without bytes says
   */
  public record Order(ServerDraft draft, Count count, Function<String, List<Wish>> mapping) {}

  /** A draft as its image has it, and the image if a disk is made of it. */
  private record Imaged(ServerDraft draft, Optional<BootImage> image) {}

  /** Makes servers; those for which no host is found are kept and say so. */
  public Flux<Server> create(Transaction transaction, Actor actor, Order order) {
    return imaged(transaction, actor.caller(), order)
        .doOnNext(imaged -> checkDisks(imaged.draft(), order.count()))
        .flatMapMany(imaged -> create(transaction, actor, imaged, order.count()));
  }

  private Flux<Server> create(Transaction transaction, Actor actor, Imaged imaged, Count count) {
    Caller caller = actor.caller();
    ServerDraft draft = imaged.draft();
    return parts(transaction, caller, imaged)
        .flatMapMany(
            parts ->
                batch(transaction, caller, parts, count)
                    .flatMapMany(
                        batch ->
                            Flux.range(0, batch.number())
                                .map(index -> server(caller, draft, parts, batch, index))
                                .concatMap(
                                    server -> make(transaction, actor, draft, parts, server))));
  }

  private Mono<Imaged> imaged(Transaction transaction, Caller caller, Order order) {
    ServerDraft draft = order.draft();
    return Mono.justOrEmpty(draft.imageId())
        .flatMap(id -> neighbours.images().origin(transaction, caller, id))
        .map(
            origin ->
                switch (origin) {
                  case BootImages.Origin.Disk disk -> new Imaged(draft, Optional.of(disk.image()));
                  case BootImages.Origin.Mapped mapped ->
                      new Imaged(
                          draft.on(order.mapping().apply(mapped.mapping())), Optional.empty());
                })
        .defaultIfEmpty(new Imaged(draft, Optional.empty()));
  }

  private static void checkDisks(ServerDraft draft, Count count) {
    if (count.most() > 1
        && draft.disks().stream().anyMatch(wish -> wish.source() instanceof Source.Existing)) {
      throw ApiFault.badRequest(
          "Multiple instances cannot have one volume: max_count is 1 with volumes.");
    }
  }

  /** The servers of one request. */
  private record Batch(int number, String reservation) {}

  /** As many as there is quota for, claimed; fails with over limit for too few. */
  private Mono<Batch> batch(Transaction transaction, Caller caller, Parts parts, Count count) {
    Map<Resource, Long> each = ServerLife.needs(Server.Size.of(parts.flavor()), 1);
    String reservation = "r-" + UUID.randomUUID().toString().substring(0, 8);
    return quota
        .claimRepeatedly(transaction, caller.projectId(), each, count.least(), count.most())
        .delayUntil(number -> checkMembers(transaction, caller, parts, number))
        .map(number -> new Batch(number, reservation));
  }

  /** The group is locked, so that nobody adds to it meanwhile. */
  private Mono<Void> checkMembers(Transaction transaction, Caller caller, Parts parts, int number) {
    return Mono.justOrEmpty(parts.group())
        .flatMap(group -> stores.groups().membersOf(transaction, group.id(), caller.userId()))
        .flatMap(
            members ->
                quota.check(
                    transaction,
                    caller.projectId(),
                    Resource.SERVER_GROUP_MEMBERS,
                    members,
                    number));
  }

  private Mono<Server> make(
      Transaction transaction, Actor actor, ServerDraft draft, Parts parts, Server server) {
    return stores
        .placement()
        .claim(
            transaction,
            server.size(),
            new Placement.Wanted(
                draft.where().host().or(parts::host),
                draft.where().zone(),
                parts.group(),
                Optional.empty()))
        .map(claimed -> placed(server, claimed))
        .flatMap(here -> place(transaction, actor.caller(), draft, parts.image(), here))
        .switchIfEmpty(
            Mono.defer(
                () -> stores.servers().insert(transaction, nowhere(server)).thenReturn(server)))
        .flatMap(made -> log(transaction, actor, made).thenReturn(made));
  }

  private Mono<Void> log(Transaction transaction, Actor actor, Server made) {
    Mono<Void> begun = stores.actions().begin(transaction, made, actor.entry(Act.CREATE), false);
    return made.host().isEmpty()
        ? begun.then(stores.actions().finish(transaction, made.id(), 1, false))
        : begun;
  }

  private Mono<Server> place(
      Transaction transaction,
      Caller caller,
      ServerDraft draft,
      Optional<BootImage> image,
      Server server) {
    return stores
        .servers()
        .insert(transaction, server)
        .thenMany(disks(transaction, caller, draft, image, server))
        .collectList()
        .flatMap(
            disks ->
                cards(transaction, caller, draft, server)
                    .flatMap(cards -> specs.put(transaction, server, cards, disks)))
        .thenReturn(server);
  }

  /** Its own disks, then the others. */
  private Flux<AttachedVolume> disks(
      Transaction transaction,
      Caller caller,
      ServerDraft draft,
      Optional<BootImage> image,
      Server server) {
    return Flux.concat(
        Mono.justOrEmpty(image).flatMap(boot -> claimRoot(transaction, server, boot)),
        further.claim(transaction, server, FurtherDisks.of(server.size(), draft.further())),
        furnish(transaction, caller, draft, server));
  }

  private Mono<List<BoundPort>> cards(
      Transaction transaction, Caller caller, ServerDraft draft, Server server) {
    InstancePorts.Instance instance =
        new InstancePorts.Instance(
            server.id().toString(),
            server.host(),
            server.hostname(),
            draft.network().securityGroups());
    return nics(transaction, caller, draft)
        .flatMap(nics -> neighbours.ports().claim(transaction, caller, instance, nics))
        .defaultIfEmpty(List.of());
  }

  private Mono<AttachedVolume> claimRoot(Transaction transaction, Server server, BootImage image) {
    return neighbours
        .volumes()
        .claimRoot(
            transaction,
            new RootDisk(server.projectId(), server.id().toString(), server.host()),
            image.source(),
            Fit.rootBytes(server.size(), image));
  }

  /** The one that it boots from is the first, the others follow in their order. */
  private Flux<AttachedVolume> furnish(
      Transaction transaction, Caller caller, ServerDraft draft, Server server) {
    List<Wish> inOrder = new ArrayList<>(draft.disks());
    inOrder.sort(Comparator.comparing(wish -> !wish.boots()));
    int own = FurtherDisks.of(server.size(), draft.further()).size();
    return Flux.range(0, inOrder.size())
        .concatMap(
            place ->
                neighbours
                    .volumes()
                    .furnish(
                        transaction,
                        caller,
                        inOrder.get(place),
                        new InstanceVolumes.Attachment(
                            "",
                            server.id().toString(),
                            server.host(),
                            device(draft, inOrder.get(place), place, own),
                            inOrder.get(place).ends())));
  }

  /** Behind the one that it boots from and its own others. */
  private static String device(ServerDraft draft, Wish wish, int place, int own) {
    int before = draft.imageId().isPresent() ? 1 : 0;
    return "vd" + (char) ('a' + (wish.boots() ? 0 : before + own + place));
  }

  private Mono<List<Nic>> nics(Transaction transaction, Caller caller, ServerDraft draft) {
    if (!draft.network().nics().isEmpty() || draft.network().none()) {
      return Mono.just(draft.network().nics());
    }
    return neighbours
        .ports()
        .onlyNetwork(transaction, caller)
        .map(id -> List.of(new Nic(Optional.of(id), Optional.empty(), Optional.empty())))
        .defaultIfEmpty(List.of());
  }

  private Mono<Parts> parts(Transaction transaction, Caller caller, Imaged imaged) {
    ServerDraft draft = imaged.draft();
    return stores
        .flavors()
        .find(transaction, draft.flavorId(), caller)
        .onErrorMap(ApiFault::isNotFound, e -> unknownFlavor(draft.flavorId()))
        .doOnNext(flavor -> check(Server.Size.of(flavor), imaged))
        .delayUntil(flavor -> checkZone(transaction, draft.where().zone()))
        .flatMap(
            flavor ->
                Mono.zip(
                        KeyPairs.find(
                            stores.keyPairs(), transaction, caller, draft.entry().keyName()),
                        neighbours.volumes().hostFor(transaction, caller, draft.disks()),
                        group(transaction, caller, draft))
                    .map(
                        all ->
                            new Parts(
                                flavor, imaged.image(), all.getT1(), all.getT2(), all.getT3())));
  }

  private static void check(Server.Size size, Imaged imaged) {
    imaged.image().ifPresent(image -> Fit.check(image, size));
    FurtherDisks.of(size, imaged.draft().further());
  }

  private Mono<Void> checkZone(Transaction transaction, Optional<String> asked) {
    return Mono.justOrEmpty(asked)
        .filter(zone -> !zone.equals(InstanceSpecs.ZONE))
        .flatMap(
            zone ->
                stores
                    .aggregates()
                    .zones(transaction)
                    .filter(zones -> !zones.containsValue(zone))
                    .flatMap(
                        zones ->
                            Mono.error(
                                ApiFault.badRequest(
                                    "The requested availability zone is not available: '%s';"
                                            .formatted(zone)
                                        + " expected nova, or one of an aggregate"))));
  }

  private Mono<Optional<ServerGroup>> group(
      Transaction transaction, Caller caller, ServerDraft draft) {
    return Mono.justOrEmpty(draft.where().groupId())
        .flatMap(
            id ->
                stores
                    .groups()
                    .lock(transaction, new Viewer(caller.projectId(), false), id)
                    .onErrorMap(
                        ApiFault::isNotFound,
                        e -> ApiFault.badRequest("Instance group " + id + " could not be found.")))
        .singleOptional();
  }

  static ApiFault unknownFlavor(String id) {
    return ApiFault.badRequest("Flavor " + id + " could not be found.");
  }

  private static Server server(
      Caller caller, ServerDraft asked, Parts parts, Batch batch, int index) {
    ServerDraft draft =
        batch.number() == 1 ? asked : asked.named(asked.description().name() + "-" + (index + 1));
    UUID id = Ids.next();
    Instant now = Instant.now();
    List<String> groups = draft.network().securityGroups();
    return new Server(
        id,
        new Server.Owner(caller.projectId(), caller.userId()),
        draft.description(),
        new Server.Build(
            Server.Size.of(parts.flavor()),
            Optional.empty(),
            parts.image().map(BootImage::id).orElse(""),
            new Server.Access(
                draft.entry().keyName(),
                parts.keyPair().map(KeyPair::publicKey),
                draft.entry().userData(),
                draft.entry().configDrive()),
            draft.diskConfig(),
            groups.isEmpty() ? List.of("default") : groups,
            false),
        hostname(draft.description().name(), id),
        new Server.Placed(
            "",
            draft.where().zone().orElse(InstanceSpecs.ZONE),
            batch.reservation(),
            index,
            draft.where().groupId(),
            Shelf.NONE,
            Optional.empty()),
        Optional.empty(),
        new Server.Desired(PowerState.RUNNING, 0, 0, 1, Optional.empty()),
        new Server.Observed(0, "", Optional.empty(), Optional.empty()),
        now,
        now);
  }

  private static Server placed(Server server, Placement.Claimed claimed) {
    return server.with(server.placed().on(claimed.host(), claimed.zone()));
  }

  private static Server nowhere(Server server) {
    return server.with(new Server.Observed(0, "", Optional.of(NO_HOST), Optional.empty()));
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
