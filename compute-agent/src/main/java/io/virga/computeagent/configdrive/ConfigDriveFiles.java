package io.virga.computeagent.configdrive;

import io.virga.dataplane.desired.InstanceSpec.NicSpec;
import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of a config drive by their paths, in OpenStack's layout. A pure function. */
final class ConfigDriveFiles {

  private static final String FOLDER = "openstack/latest/";

  private ConfigDriveFiles() {}

  static Map<String, byte[]> of(MetadataSpec metadata, List<NicSpec> nics) {
    Map<String, byte[]> files = new TreeMap<>();
    files.put(FOLDER + "meta_data.json", Json.bytes(metaData(metadata)));
    files.put(FOLDER + "network_data.json", Json.bytes(networkData(nics)));
    files.put(FOLDER + "vendor_data.json", Json.bytes(Map.of()));
    files.put(
        "ec2/latest/meta-data.json",
        Json.bytes(
            Map.of(
                "hostname",
                metadata.hostname(),
                "block-device-mapping",
                new TreeMap<>(metadata.blockDevices()))));
    metadata
        .userData()
        .ifPresent(data -> files.put(FOLDER + "user_data", Base64.getDecoder().decode(data)));
    return files;
  }

  private static Map<String, Object> metaData(MetadataSpec metadata) {
    List<Map<String, String>> keys =
        metadata.publicKeys().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(key -> Map.of("name", key.getKey(), "type", "ssh", "data", key.getValue()))
            .toList();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("uuid", metadata.id());
    data.put("name", metadata.name());
    data.put("hostname", metadata.hostname());
    data.put("launch_index", 0);
    data.put("availability_zone", metadata.availabilityZone());
    data.put("project_id", metadata.projectId());
    data.put("public_keys", new TreeMap<>(metadata.publicKeys()));
    data.put("keys", keys);
    data.put("meta", new TreeMap<>(metadata.properties()));
    return data;
  }

  private static Map<String, Object> networkData(List<NicSpec> nics) {
    List<Map<String, Object>> links = new ArrayList<>();
    List<Map<String, Object>> networks = new ArrayList<>();
    for (NicSpec nic : nics) {
      links.add(
          Map.of(
              "id", nic.tapName(),
              "vif_id", nic.portId(),
              "type", "ovs",
              "mtu", nic.mtu(),
              "ethernet_mac_address", nic.mac()));
      networks.add(
          Map.of(
              "id",
              "network" + networks.size(),
              "type",
              "ipv4_dhcp",
              "link",
              nic.tapName(),
              "network_id",
              nic.portId()));
    }
    return Map.of("links", links, "networks", networks, "services", List.of());
  }
}
