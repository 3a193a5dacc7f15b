package io.virga.control.network.api;

import io.virga.control.http.View;
import io.virga.control.network.model.Router;
import io.virga.control.network.resource.Attribute;
import io.virga.control.network.resource.ResourceType;
import io.virga.control.tenancy.OwnedRows;
import java.util.List;
import java.util.Optional;

/** What clients see of routers. */
final class RouterAttributes {

  private RouterAttributes() {}

  static ResourceType<Router> type(OwnedRows<Router> rows) {
    return ResourceType.of(ResourceType.Names.of("router"), "router", rows, attributes());
  }

  private static List<Attribute<Router>> attributes() {
    return List.of(
        Attribute.of("name", Router::name).text("r.name"),
        Attribute.of("admin_state_up", Router::adminStateUp).flag("r.admin_state_up"),
        Attribute.<Router>of("status", router -> Views.ACTIVE).text("'ACTIVE'::text"),
        Attribute.<Router>of(
            "external_gateway_info", router -> router.gateway().map(RouterAttributes::gateway)),
        Attribute.of("routes", Router::routes),
        Attribute.of("availability_zone_hints", Router::zoneHints),
        Attribute.<Router>of("availability_zones", router -> List.of(Views.ZONE)),
        Attribute.<Router>of("flavor_id", router -> Optional.empty()),
        Attribute.of("distributed", Router::distributed)
            .flag("r.distributed")
            .onlyForAdministrators(),
        Attribute.of("ha", Router::ha).flag("r.ha").onlyForAdministrators());
  }

  private static View gateway(Router.Gateway gateway) {
    return View.of("network_id", gateway.networkId())
        .with("enable_snat", gateway.snat())
        .with("external_fixed_ips", gateway.addresses().stream().map(Views::fixedIp).toList());
  }
}
