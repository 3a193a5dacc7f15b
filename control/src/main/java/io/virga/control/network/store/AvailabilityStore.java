package io.virga.control.network.store;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.network.address.IpAddress;
import io.virga.control.network.address.IpPrefix;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** How many addresses of each network ports have, of how many. */
public final class AvailabilityStore {

  private static final String ALL =
      """
      SELECT n.id, n.name, n.project_id,
             coalesce((SELECT jsonb_agg(jsonb_build_object(
                                'subnetId', s.id, 'name', s.name, 'cidr', s.cidr::text,
                                'used', (SELECT count(*) FROM port_address a WHERE a.subnet_id = s.id),
                                'pools', (SELECT coalesce(jsonb_agg(jsonb_build_array(
                                                   host(p.first_ip), host(p.last_ip))), '[]')
                                            FROM allocation_pool p WHERE p.subnet_id = s.id))
                                ORDER BY s.created_at, s.id)
                         FROM subnet s WHERE s.network_id = n.id), '[]')::text AS subnets
        FROM network n
       WHERE CAST(:id AS uuid) IS NULL OR n.id = :id
       ORDER BY n.created_at, n.id
      """;

  /** A network's. */
  public record Availability(UUID networkId, String name, String projectId, List<Used> subnets) {

    public Availability {
      subnets = List.copyOf(subnets);
    }
  }

  /**
   * A subnet's.
   *
   * @param pools each first and last address
   */
  public record Used(UUID subnetId, String name, String cidr, long used, List<List<String>> pools) {

    public Used {
      pools = List.copyOf(pools);
    }

    public int ipVersion() {
      return IpPrefix.parse(cidr).orElseThrow().version();
    }

    /** How many addresses may be given out. */
    public BigInteger total() {
      return pools.stream()
          .map(pool -> address(pool.getLast()).subtract(address(pool.getFirst())))
          .map(BigInteger.ONE::add)
          .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static BigInteger address(String text) {
      return IpAddress.parse(text).orElseThrow().bits();
    }
  }

  /** Those of all networks, or of that one. */
  public Flux<Availability> list(Session session, Optional<UUID> network) {
    return session.sql(ALL).bind("id", network, UUID.class).all(AvailabilityStore::availability);
  }

  private static Availability availability(Row row) {
    return new Availability(
        row.uuid("id"),
        row.text("name"),
        row.text("project_id"),
        List.of(row.json("subnets", Used[].class)));
  }
}
