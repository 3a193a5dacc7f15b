package io.virga.control.network;

import io.virga.control.database.Database;
import io.virga.control.http.Ids;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import io.virga.control.network.address.IpRange;
import io.virga.control.network.model.Ipv6Modes;
import io.virga.control.network.model.Network;
import io.virga.control.network.model.Subnet;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.SubnetStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The external network that every cloud starts with; floating IPs come from it. */
public final class PublicNetwork {

  /** Its subnet; the gateway is the first address. */
  public static final IpPrefix RANGE = IpPrefix.parse("172.24.4.0/24").orElseThrow();

  /** What it is called, and the physical network that it is. */
  public static final String NAME = "public";

  private static final int MTU = 1500;

  private final Database database;
  private final NetworkStore networks;
  private final SubnetStore subnets;

  PublicNetwork(Database database, NetworkStore networks, SubnetStore subnets) {
    this.database = database;
    this.networks = networks;
    this.subnets = subnets;
  }

  /** Makes it for that project if it was never made; several processes may do this at once. */
  public Mono<Void> makeOnce(String projectId) {
    UUID id = Ids.named("virga public network");
    return database.inTransaction(
        transaction ->
            transaction
                .lock("public network")
                .then(
                    transaction
                        .sql("SELECT count(*) AS made FROM network WHERE id = :id")
                        .bind("id", id)
                        .one(row -> row.number("made")))
                .filter(made -> made == 0)
                .flatMap(
                    none ->
                        networks
                            .insert(transaction, network(id, projectId))
                            .then(subnets.insert(transaction, subnet(id, projectId)))));
  }

  private static Network network(UUID id, String projectId) {
    return new Network(
        id,
        projectId,
        NAME,
        "",
        true,
        false,
        true,
        true,
        MTU,
        0,
        Optional.of(new Network.Provider(NAME, Optional.empty())),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }

  private static Subnet subnet(UUID networkId, String projectId) {
    Optional<IpAddress> gateway = Optional.of(RANGE.firstUsable());
    return new Subnet(
        Ids.named("virga public subnet"),
        networkId,
        projectId,
        NAME,
        "",
        RANGE.toString(),
        gateway.map(IpAddress::toString),
        false,
        IpRange.allOf(RANGE, gateway).stream()
            .map(range -> new Subnet.Pool(range.first().toString(), range.last().toString()))
            .toList(),
        List.of(),
        List.of(),
        Ipv6Modes.NONE,
        Optional.empty(),
        Instant.EPOCH,
        Instant.EPOCH,
        1);
  }
}
