package io.virga.control.compute.api;

import io.virga.control.compute.model.Flavor;
import io.virga.control.http.View;
import java.util.Optional;

/** What clients see of flavors, in Nova's words. */
final class FlavorViews {

  private static final int DESCRIPTION = 55;
  private static final int EXTRA_SPECS = 61;

  private final ServerViews addresses;

  FlavorViews(ServerViews addresses) {
    this.addresses = addresses;
  }

  View whole(Flavor flavor, Microversion version) {
    View view =
        View.of("id", flavor.id())
            .with("name", flavor.name())
            .with("ram", flavor.ramMib())
            .with("disk", flavor.diskGib())
            .with("vcpus", flavor.vcpus())
            .with("swap", flavor.extra().swapMib() == 0 ? "" : flavor.extra().swapMib())
            .with("OS-FLV-EXT-DATA:ephemeral", flavor.extra().ephemeralGib())
            .with("OS-FLV-DISABLED:disabled", false)
            .with("os-flavor-access:is_public", flavor.isPublic())
            .with("rxtx_factor", flavor.extra().rxtxFactor())
            .with("links", addresses.links("flavors", flavor.id()));
    if (version.atLeast(EXTRA_SPECS)) {
      view.with("extra_specs", flavor.extraSpecs());
    }
    return described(view, flavor, version);
  }

  View brief(Flavor flavor, Microversion version) {
    return described(
        View.of("id", flavor.id())
            .with("name", flavor.name())
            .with("links", addresses.links("flavors", flavor.id())),
        flavor,
        version);
  }

  private static View described(View view, Flavor flavor, Microversion version) {
    return version.atLeast(DESCRIPTION)
        ? view.with(
            "description", Optional.of(flavor.description()).filter(text -> !text.isEmpty()))
        : view;
  }
}
