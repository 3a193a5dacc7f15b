package io.virga.control.network.port;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.address.Eui64;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.model.DeviceOwner;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Port.FixedIp;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.store.AddressStore;
import io.virga.control.network.store.SubnetStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Gives ports their addresses. */
final class Addressing {

  private final SubnetStore subnets;
  private final AddressStore addresses;

  Addressing(SubnetStore subnets, AddressStore addresses) {
    this.subnets = subnets;
    this.addresses = addresses;
  }

  /**
   * Takes what is wished for; without a wish the lowest free address of each family in which the
   * network has subnets. Whatever is wished, the port's machine has an address on each subnet where
   * machines make their own. Gives all that it has.
   *
   * @param formerMac of which the port's own addresses were made that a wish may still name
   */
  Mono<List<FixedIp>> assign(
      Transaction transaction, Port port, String formerMac, Optional<List<AddressWish>> wishes) {
    return subnets
        .ofNetworks(transaction, List.of(port.networkId()))
        .collectList()
        .flatMap(
            all -> {
              Target target = new Target(port, formerMac, all);
              Flux<FixedIp> chosen =
                  wishes
                      .map(List::stream)
                      .map(some -> Flux.fromStream(some.filter(wish -> !target.makes(wish))))
                      .map(some -> some.concatMap(wish -> take(transaction, target, wish)))
                      .orElseGet(() -> takeAny(transaction, target));
              return chosen
                  .concatWith(Flux.defer(() -> makeOwn(transaction, target)))
                  .collectList();
            });
  }

  /** A port on its network's subnets. */
  private record Target(Port port, String formerMac, List<Subnet> subnets) {

    /** Those on which its machine makes its address by itself; routers' have the gateway's. */
    Stream<Subnet> automatic() {
      return AutomaticAddresses.areMadeBy(port)
          ? subnets.stream().filter(subnet -> subnet.modes().automatic())
          : Stream.empty();
    }

    /** Of a family; a floating IP is of IPv4. */
    List<Subnet> given(int version) {
      boolean wanted = version == 4 || !port.deviceOwner().equals(DeviceOwner.FLOATING_IP);
      return subnets.stream()
          .filter(subnet -> wanted && subnet.prefix().version() == version)
          .filter(subnet -> !subnet.modes().automatic())
          .toList();
    }

    /** Whether a wish is for no more than the machine makes by itself. */
    boolean makes(AddressWish wish) {
      return automatic()
          .anyMatch(
              subnet ->
                  wish.subnetId().map(subnet.id()::equals).orElse(wish.ipAddress().isPresent())
                      && wish.ipAddress().map(ip -> isOwn(subnet, ip)).orElse(true));
    }

    private boolean isOwn(Subnet subnet, String ip) {
      return Stream.of(port.mac(), formerMac)
          .map(mac -> Eui64.of(subnet.prefix(), mac))
          .anyMatch(own -> IpAddress.parse(ip).equals(Optional.of(own)));
    }
  }

  private Flux<FixedIp> takeAny(Transaction transaction, Target target) {
    return Flux.just(4, 6)
        .map(target::given)
        .filter(of -> !of.isEmpty())
        .concatMap(of -> takeAny(transaction, target.port(), of));
  }

  private Mono<FixedIp> takeAny(Transaction transaction, Port port, List<Subnet> from) {
    return Flux.fromIterable(from)
        .concatMap(subnet -> takeLowest(transaction, subnet, port), 1)
        .next()
        .switchIfEmpty(Mono.error(() -> noneLeft("network " + port.networkId())));
  }

  private Mono<FixedIp> takeLowest(Transaction transaction, Subnet subnet, Port port) {
    return addresses
        .takeLowest(transaction, subnet.id(), port.id())
        .map(address -> new FixedIp(subnet.id().toString(), address));
  }

  private Flux<FixedIp> makeOwn(Transaction transaction, Target target) {
    return Flux.fromStream(target.automatic())
        .concatMap(
            subnet ->
                take(
                    transaction,
                    subnet,
                    target.port(),
                    Eui64.of(subnet.prefix(), target.port().mac())));
  }

  private Mono<FixedIp> take(Transaction transaction, Target target, AddressWish wish) {
    Port port = target.port();
    if (wish.ipAddress().isEmpty()) {
      Subnet subnet = subnetOf(target, wish);
      return takeLowest(transaction, subnet, port)
          .switchIfEmpty(Mono.error(() -> noneLeft("subnet " + subnet.id())));
    }
    String text = wish.ipAddress().get();
    IpAddress ip =
        IpAddress.parse(text)
            .orElseThrow(
                () ->
                    ApiFault.badRequest("fixed_ips: '" + text + "' is not an IP address")
                        .ofType("InvalidInput"));
    Subnet subnet =
        target.subnets().stream()
            .filter(s -> wish.subnetId().map(s.id()::equals).orElse(true) && usable(s, ip))
            .findFirst()
            .orElseThrow(() -> outside(text, port.networkId()));
    if (target.automatic().anyMatch(subnet::equals)) {
      throw automatic(ip, subnet);
    }
    return take(transaction, subnet, port, ip);
  }

  private Mono<FixedIp> take(Transaction transaction, Subnet subnet, Port port, IpAddress ip) {
    return addresses
        .take(transaction, subnet.id(), port.id(), ip.toString())
        .flatMap(
            taken ->
                taken
                    ? Mono.just(new FixedIp(subnet.id().toString(), ip.toString()))
                    : Mono.error(
                        ApiFault.conflict(
                                "IP address " + ip + " already allocated in subnet " + subnet.id())
                            .ofType("IpAddressAlreadyAllocated")));
  }

  private static Subnet subnetOf(Target target, AddressWish wish) {
    UUID id =
        wish.subnetId()
            .orElseThrow(
                () ->
                    ApiFault.badRequest("fixed_ips: each needs a subnet_id or an ip_address")
                        .ofType("InvalidInput"));
    return target.subnets().stream()
        .filter(subnet -> subnet.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                ApiFault.badRequest(
                        "fixed_ips: subnet %s is not on network %s"
                            .formatted(id, target.port().networkId()))
                    .ofType("InvalidInput"));
  }

  private static boolean usable(Subnet subnet, IpAddress ip) {
    IpPrefix block = subnet.prefix();
    return block.firstUsable().compareTo(ip) <= 0 && ip.compareTo(block.lastUsable()) <= 0;
  }

  private static ApiFault automatic(IpAddress ip, Subnet subnet) {
    return ApiFault.badRequest(
            """
            IPv6 address %s can not be directly assigned to a port on subnet %s since the subnet \
            is configured for automatic addresses"""
                .formatted(ip, subnet.id()))
        .ofType("AllocationOnAutoAddressSubnet");
  }

  private static ApiFault outside(String ip, UUID networkId) {
    return ApiFault.badRequest(
            "IP address "
                + ip
                + " is not a valid IP for any of the subnets on network "
                + networkId)
        .ofType("InvalidIpForNetwork");
  }

  private static ApiFault noneLeft(String where) {
    return ApiFault.conflict("No more IP addresses available on " + where + ".")
        .ofType("IpAddressGenerationFailure");
  }
}
