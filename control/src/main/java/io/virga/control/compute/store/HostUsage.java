package io.virga.control.compute.store;

import io.virga.control.database.Session;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What servers use of their hosts. */
public final class HostUsage {

  private static final String ALL =
      """
      SELECT c.host, c.vcpus, c.ram_mib, coalesce(s.disk, 0) AS disk, coalesce(s.servers, 0) AS servers
        FROM compute_claim c
        LEFT JOIN (SELECT host, sum(disk_gib) AS disk, count(*) FILTER (WHERE shelf <> 'OFFLOADED') AS servers
                     FROM server GROUP BY host) s
          ON s.host = c.host
      """;

  /** What is claimed of one host, and how many servers are there. */
  public record OfHost(String host, int vcpus, long ramMib, long diskGib, long servers) {

    public static OfHost none(String host) {
      return new OfHost(host, 0, 0, 0, 0);
    }
  }

  public Flux<OfHost> all(Session session) {
    return session
        .sql(ALL)
        .all(
            row ->
                new OfHost(
                    row.text("host"),
                    row.integer("vcpus"),
                    row.number("ram_mib"),
                    row.number("disk"),
                    row.number("servers")));
  }

  /** The servers of a host, also those that it has only the disks of. */
  public Flux<UUID> servers(Session session, String host) {
    return session
        .sql("SELECT id FROM server WHERE host = :host ORDER BY id")
        .bind("host", host)
        .all(row -> row.uuid("id"));
  }

  /** The servers that hosts have, by host. */
  public Mono<Map<String, Collection<UUID>>> servers(Session session, Collection<String> hosts) {
    return session
        .sql(
            "SELECT host, id FROM server WHERE host = ANY(:hosts) AND shelf <> 'OFFLOADED'"
                + " ORDER BY host, id")
        .bind("hosts", hosts.toArray(String[]::new))
        .all(row -> Map.entry(row.text("host"), row.uuid("id")))
        .collectMultimap(Map.Entry::getKey, Map.Entry::getValue);
  }
}
