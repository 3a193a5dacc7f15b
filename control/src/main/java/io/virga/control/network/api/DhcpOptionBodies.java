package io.virga.control.network.api;

import io.virga.control.http.JsonBody;
import io.virga.control.network.model.Port;
import io.virga.control.network.model.Port.DhcpOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads what few ports have: DHCP options of their own, a QoS policy. */
final class DhcpOptionBodies {

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final int MAX_VALUE = 255;

  private DhcpOptionBodies() {}

  /** What a body makes of the options: each that it names is set, or taken away if null. */
  static Port.Options options(JsonBody body, Port.Options before) {
    List<DhcpOption> options = new ArrayList<>(before.dhcpOptions());
    for (JsonBody named : body.objects("extra_dhcp_opts", Fields.MAX_ITEMS)) {
      String name = name(named);
      int version = named.member("ip_version").isPresent() ? Fields.ipVersion(named) : 4;
      options.removeIf(option -> option.name().equals(name) && option.ipVersion() == version);
      value(named).ifPresent(value -> options.add(new DhcpOption(name, value, version)));
    }
    if (options.size() > Fields.MAX_ITEMS) {
      throw Fields.invalid(
          body.at("extra_dhcp_opts") + ": a port has at most " + Fields.MAX_ITEMS + " options");
    }
    Optional<UUID> qos =
        body.has("qos_policy_id")
            ? Fields.optionalId(body, "qos_policy_id", "QosPolicy")
            : before.qosPolicyId();
    return before.of(options, qos);
  }

  private static String name(JsonBody option) {
    String name = option.text("opt_name", Fields.NAME_LENGTH);
    if (!NAME.matcher(name).matches()) {
      throw Fields.invalid(
          option.at("opt_name") + ": '" + name + "' is no option such as bootfile-name or 67");
    }
    return name;
  }

  private static Optional<String> value(JsonBody option) {
    Optional<String> value = option.optionalText("opt_value", MAX_VALUE);
    if (value.isPresent() && value.get().isBlank()) {
      throw Fields.invalid(option.at("opt_value") + ": may not be empty");
    }
    return value;
  }
}
