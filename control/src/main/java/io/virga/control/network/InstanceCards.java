package io.virga.control.network;

import io.virga.control.database.Row;
import io.virga.control.database.Session;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.network.InstancePorts.FixedAddress;
import io.virga.control.network.model.Port;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Flux;

/**
 * The ports of instances, with what of their networks and floating IPs the instances' owners see.
 */
final class InstanceCards {

  private static final String OF_DEVICES =
      """
      SELECT p.id, p.device_id, p.mac, p.wired, n.id AS network_id, n.name AS network_name, n.mtu,
             coalesce((SELECT jsonb_agg(jsonb_build_object('subnetId', a.subnet_id, 'address', host(a.address))
                                        ORDER BY a.address)
                         FROM port_address a WHERE a.port_id = p.id), '[]')::text AS fixed_addresses,
             ARRAY(SELECT host(a.address)
                     FROM floating_ip f JOIN port_address a ON a.port_id = f.external_port_id
                    WHERE f.port_id = p.id ORDER BY a.address) AS floating_addresses
        FROM port p JOIN network n ON n.id = p.network_id
       WHERE p.device_id = ANY(:devices) AND p.device_id <> '' AND p.device_owner LIKE 'compute:%'
       ORDER BY p.created_at, p.card, p.id
      """;

  private InstanceCards() {}

  /** Each instance's in the order of its cards. */
  static Flux<BoundPort> of(Session session, List<String> instanceIds) {
    return session
        .sql(OF_DEVICES)
        .bind("devices", instanceIds.toArray(String[]::new))
        .all(InstanceCards::card);
  }

  private static BoundPort card(Row row) {
    UUID id = row.uuid("id");
    return new BoundPort(
        row.text("device_id"),
        id.toString(),
        row.uuid("network_id").toString(),
        row.text("network_name"),
        row.text("mac"),
        Port.tapName(id),
        row.integer("mtu"),
        row.flag("wired"),
        List.of(row.json("fixed_addresses", FixedAddress[].class)),
        row.texts("floating_addresses"));
  }
}
