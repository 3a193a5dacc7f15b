package io.virga.netagent.metadata;

import io.virga.dataplane.desired.MetadataSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.metadata.MetadataTree.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The EC2 form: {@code meta-data/…} and {@code user-data}. */
final class Ec2Documents {

  private static final int SHORT_ID = 8;

  private Ec2Documents() {}

  static MetadataTree tree(InstanceView instance, Optional<Answer> userData) {
    MetadataSpec spec = instance.spec();
    String id = spec.id().replace("-", "");
    String shortId = id.substring(0, Math.min(SHORT_ID, id.length()));
    String address =
        instance.asking().addresses().stream()
            .map(PortSpec.FixedAddress::ip)
            .filter(ip -> !ip.contains(":"))
            .findFirst()
            .orElse("");
    MetadataTree tree = new MetadataTree();
    Map.of(
            "ami-id",
            "ami-" + shortId,
            "ami-launch-index",
            "0",
            "hostname",
            spec.hostname(),
            "instance-id",
            "i-" + shortId,
            "local-hostname",
            spec.hostname(),
            "local-ipv4",
            address,
            "mac",
            instance.asking().mac(),
            "placement/availability-zone",
            spec.availabilityZone(),
            "public-ipv4",
            "",
            "reservation-id",
            "r-" + shortId)
        .forEach((name, value) -> tree.put("meta-data/" + name, Answer.text(value)));
    spec.blockDevices()
        .forEach(
            (name, device) ->
                tree.put("meta-data/block-device-mapping/" + name, Answer.text(device)));
    putKeys(spec, tree);
    userData.ifPresent(data -> tree.put("user-data", data));
    return tree;
  }

  private static void putKeys(MetadataSpec spec, MetadataTree tree) {
    List<String> listing = new ArrayList<>();
    for (Map.Entry<String, String> key : new TreeMap<>(spec.publicKeys()).entrySet()) {
      int index = listing.size();
      listing.add(index + "=" + key.getKey());
      String openSsh = key.getValue().strip() + "\n";
      tree.put("meta-data/public-keys/" + index + "/openssh-key", Answer.text(openSsh));
    }
    if (!listing.isEmpty()) {
      tree.list("meta-data/public-keys", String.join("\n", listing));
    }
  }
}
