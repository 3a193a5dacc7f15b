package io.virga.control.network.port;

import io.virga.control.database.Transaction;
import io.virga.control.fault.ApiFault;
import io.virga.control.network.address.Ipv4;
import io.virga.control.network.address.Ipv4Network;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.port.PortDraft.AddressWish;
import io.virga.control.network.store.AddressStore;
import io.virga.control.network.store.SubnetStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
   * Takes what is wished for; without a wish the lowest free address, if the network has subnets.
   */
  Mono<Void> assign(
      Transaction transaction, UUID networkId, UUID portId, Optional<List<AddressWish>> wishes) {
    return subnets
        .ofNetworks(transaction, List.of(networkId))
        .collectList()
        .flatMap(
            all -> {
              if (wishes.isPresent()) {
                return Flux.fromIterable(wishes.get())
                    .concatMap(wish -> take(transaction, networkId, all, portId, wish))
                    .then();
              }
              return all.isEmpty() ? Mono.empty() : takeAny(transaction, networkId, all, portId);
            });
  }

  private Mono<Void> takeAny(
      Transaction transaction, UUID networkId, List<Subnet> from, UUID portId) {
    return Flux.fromIterable(from)
        .concatMap(subnet -> addresses.takeLowest(transaction, subnet.id(), portId), 1)
        .next()
        .switchIfEmpty(Mono.error(() -> noneLeft("network " + networkId)))
        .then();
  }

  private Mono<Void> take(
      Transaction transaction, UUID networkId, List<Subnet> all, UUID portId, AddressWish wish) {
    if (wish.ipAddress().isEmpty()) {
      Subnet subnet = subnetOf(networkId, all, wish);
      return addresses
          .takeLowest(transaction, subnet.id(), portId)
          .switchIfEmpty(Mono.error(() -> noneLeft("subnet " + subnet.id())))
          .then();
    }
    String text = wish.ipAddress().get();
    Ipv4 ip =
        Ipv4.parse(text)
            .orElseThrow(
                () ->
                    ApiFault.badRequest("fixed_ips: '" + text + "' is not an IPv4 address")
                        .ofType("InvalidInput"));
    Subnet subnet =
        all.stream()
            .filter(s -> wish.subnetId().map(s.id()::equals).orElse(true) && usable(s, ip))
            .findFirst()
            .orElseThrow(() -> outside(text, networkId));
    return addresses
        .take(transaction, subnet.id(), portId, ip.toString())
        .flatMap(
            taken ->
                taken
                    ? Mono.empty()
                    : Mono.error(
                        ApiFault.conflict(
                                "IP address " + ip + " already allocated in subnet " + subnet.id())
                            .ofType("IpAddressAlreadyAllocated")));
  }

  private static Subnet subnetOf(UUID networkId, List<Subnet> all, AddressWish wish) {
    UUID id =
        wish.subnetId()
            .orElseThrow(
                () ->
                    ApiFault.badRequest("fixed_ips: each needs a subnet_id or an ip_address")
                        .ofType("InvalidInput"));
    return all.stream()
        .filter(subnet -> subnet.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                ApiFault.badRequest("fixed_ips: subnet " + id + " is not on network " + networkId)
                    .ofType("InvalidInput"));
  }

  private static boolean usable(Subnet subnet, Ipv4 ip) {
    Ipv4Network network = Ipv4Network.parse(subnet.cidr()).orElseThrow();
    return network.firstUsable().compareTo(ip) <= 0 && ip.compareTo(network.lastUsable()) <= 0;
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
