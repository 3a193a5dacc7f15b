package io.virga.objectstore.swift.wire;

import io.virga.dataplane.ring.StoragePolicies;
import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.http.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The storage policies, as clients name them; always those that the rings have now. */
public final class Policies {

  private final Supplier<StoragePolicies> live;

  public Policies(Supplier<StoragePolicies> live) {
    this.live = live;
  }

  /** The policy that a request wants a container to be of; refuses what cannot be had. */
  public Optional<StoragePolicy> asked(Request request) {
    return request
        .header("x-storage-policy")
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(this::usable);
  }

  private StoragePolicy usable(String name) {
    StoragePolicy policy =
        live.get()
            .byName(name)
            .orElseThrow(
                () -> SwiftError.badRequest("Invalid X-Storage-Policy '%s'".formatted(name)));
    if (policy.deprecated()) {
      throw SwiftError.badRequest("Storage Policy '%s' is deprecated".formatted(policy.name()));
    }
    return policy;
  }

  /** The name of a policy; empty for one that this node's rings do not have yet. */
  public Optional<String> nameOf(int index) {
    return live.get().byIndex(index).map(StoragePolicy::name);
  }

  public List<StoragePolicy> all() {
    return live.get().all();
  }

  /** The policies as {@code /info} shows them: those that new containers may have. */
  public List<Map<String, Object>> shown() {
    return all().stream().filter(policy -> !policy.deprecated()).map(Policies::shown).toList();
  }

  private static Map<String, Object> shown(StoragePolicy policy) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", policy.name());
    shown.put("aliases", policy.name());
    if (policy.isDefault()) {
      shown.put("default", true);
    }
    return shown;
  }
}
