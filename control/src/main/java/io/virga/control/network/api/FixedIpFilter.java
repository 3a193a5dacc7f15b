package io.virga.control.network.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.network.resource.Condition;
import io.virga.control.network.resource.Filter;
import io.virga.control.network.resource.Filters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code fixed_ips=ip_address=10.0.0.5}, {@code fixed_ips=subnet_id=…} and {@code
 * fixed_ips=ip_address_substr=10.0.}: an address of the port that fulfils each that is named.
 */
final class FixedIpFilter implements Filter {

  private static final Map<String, Filter> MEMBERS =
      Map.of(
          "ip_address", Filters.text("host(a.address)"),
          "subnet_id", Filters.id("a.subnet_id"),
          "ip_address_substr", Filters.contained("host(a.address)"));

  @Override
  public Condition of(String parameter, List<String> values) {
    Map<String, List<String>> byMember = new HashMap<>();
    for (String value : values) {
      int equals = value.indexOf('=');
      String member = equals < 0 ? value : value.substring(0, equals);
      if (equals < 0 || !MEMBERS.containsKey(member)) {
        throw ApiFault.badRequest(
                "fixed_ips: '%s' is not of the form ip_address=…, subnet_id=… or ip_address_substr=…"
                    .formatted(value))
            .ofType("InvalidInput");
      }
      byMember.computeIfAbsent(member, key -> new ArrayList<>()).add(value.substring(equals + 1));
    }
    StringBuilder sql =
        new StringBuilder("p.id IN (SELECT a.port_id FROM port_address a WHERE true");
    Map<String, Object> bindings = new HashMap<>();
    MEMBERS.forEach(
        (member, filter) -> {
          List<String> wanted = byMember.getOrDefault(member, List.of());
          if (!wanted.isEmpty()) {
            Condition condition = filter.of(parameter + member.replace("_", ""), wanted);
            sql.append(" AND ").append(condition.sql());
            bindings.putAll(condition.bindings());
          }
        });
    return new Condition(sql.append(")").toString(), bindings);
  }
}
