package io.virga.netagent.metadata;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.json.Json;
import io.virga.netagent.metadata.MetadataTree.Answer;
import io.virga.netagent.packet.IpPrefix;
import io.virga.netagent.packet.Ipv6Prefix;
import io.virga.netagent.pipeline.Topology.Attachment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The OpenStack form: {@code meta_data.json}, {@code network_data.json} and their like. */
final class OpenStackDocuments {

  private OpenStackDocuments() {}

  static MetadataTree tree(InstanceView instance, Optional<Answer> userData) {
    MetadataTree tree = new MetadataTree();
    tree.put("meta_data.json", Answer.json(Json.bytes(metaData(instance.spec()))));
    tree.put("network_data.json", Answer.json(Json.bytes(networkData(instance))));
    tree.put("vendor_data.json", Answer.json(Json.bytes(Map.of())));
    tree.put("vendor_data2.json", Answer.json(Json.bytes(Map.of())));
    userData.ifPresent(data -> tree.put("user_data", data));
    return tree;
  }

  private static Map<String, Object> metaData(MetadataSpec spec) {
    Map<String, String> keys = new TreeMap<>(spec.publicKeys());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("uuid", spec.id());
    json.put("name", spec.name());
    json.put("hostname", spec.hostname());
    json.put("launch_index", 0);
    json.put("availability_zone", spec.availabilityZone());
    json.put("project_id", spec.projectId());
    json.put("meta", new TreeMap<>(spec.properties()));
    json.put("public_keys", keys);
    json.put(
        "keys",
        keys.entrySet().stream()
            .map(key -> Map.of("name", key.getKey(), "type", "ssh", "data", key.getValue()))
            .toList());
    json.put("devices", List.of());
    return json;
  }

  private static Map<String, Object> networkData(InstanceView instance) {
    List<Object> links = new ArrayList<>();
    List<Object> networks = new ArrayList<>();
    Set<String> dnsServers = new LinkedHashSet<>();
    for (Attachment attachment : instance.interfaces()) {
      PortSpec port = attachment.port();
      Map<String, Object> link = new LinkedHashMap<>();
      link.put("id", port.interfaceName());
      link.put("vif_id", port.id());
      link.put("type", "ovs");
      link.put("mtu", attachment.network().mtu());
      link.put("ethernet_mac_address", port.mac());
      links.add(link);
      for (PortSpec.FixedAddress address : port.addresses()) {
        attachment.network().subnets().stream()
            .filter(subnet -> subnet.id().equals(address.subnetId()))
            .findFirst()
            .ifPresent(
                subnet -> {
                  networks.add(network(networks.size(), attachment, subnet, address.ip()));
                  dnsServers.addAll(subnet.dnsServers());
                });
      }
    }
    List<Map<String, String>> services =
        dnsServers.stream().map(server -> Map.of("type", "dns", "address", server)).toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("links", links);
    json.put("networks", networks);
    json.put("services", services);
    return json;
  }

  private static Map<String, Object> network(
      int index, Attachment attachment, NetworkSpec.SubnetSpec subnet, String address) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", "network" + index);
    json.put("network_id", attachment.network().id());
    json.put("link", attachment.port().interfaceName());
    Optional<IpPrefix> prefix = IpPrefix.parse(subnet.cidr());
    String family = prefix.filter(Ipv6Prefix.class::isInstance).isPresent() ? "ipv6" : "ipv4";
    if (subnet.dhcp() && subnet.addressMode().isEmpty()) {
      json.put("type", family + "_dhcp");
      return json;
    }
    json.put("type", family + subnet.addressMode().map(mode -> "_" + word(mode)).orElse(""));
    json.put("ip_address", address);
    prefix.ifPresent(
        block -> {
          json.put("netmask", block.mask().toString());
          json.put("routes", routes(subnet));
        });
    return json;
  }

  /** In Neutron's words. */
  private static String word(NetworkSpec.Ipv6Mode mode) {
    return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<Map<String, String>> routes(NetworkSpec.SubnetSpec subnet) {
    List<Map<String, String>> routes = new ArrayList<>();
    subnet
        .gatewayIp()
        .ifPresent(
            gateway -> {
              String all = gateway.contains(":") ? "::" : "0.0.0.0";
              routes.add(Map.of("network", all, "netmask", all, "gateway", gateway));
            });
    for (NetworkSpec.HostRoute route : subnet.hostRoutes()) {
      IpPrefix.parse(route.destination())
          .ifPresent(
              destination ->
                  routes.add(
                      Map.of(
                          "network", destination.address().toString(),
                          "netmask", destination.mask().toString(),
                          "gateway", route.nextHop())));
    }
    return routes;
  }
}
