package io.virga.control.quota.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.View;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a service words its quotas. */
public enum QuotaForm {
  COMPUTE("quota_set", "id", "in_use") {
    /** Nova does not say of which project they are. */
    @Override
    View updatedSet(String project) {
      return View.empty();
    }

    @Override
    ApiFault refusal(String project) {
      return ApiFault.forbidden("The quotas of another project are an administrator's to see.");
    }
  },

  VOLUME("quota_set", "id", "in_use"),
  NETWORK("quota", "project_id", "used") {
    /** Every member of Neutron's is a resource. */
    @Override
    View detailedSet(String project) {
      return View.empty();
    }
  };

  private final String member;
  private final String id;
  private final String used;

  QuotaForm(String member, String id, String used) {
    this.member = member;
    this.id = id;
    this.used = used;
  }

  /** What a caller hears who asks for the quotas of a project that is none of his business. */
  ApiFault refusal(String project) {
    return ApiFault.notFound("Quota", project);
  }

  /** The one member of bodies. */
  String member() {
    return member;
  }

  /** A set of quotas without its resources. */
  View set(String project) {
    return View.of(id, project);
  }

  /** Likewise, for the answer to a change. */
  View updatedSet(String project) {
    return set(project);
  }

  /** Likewise, with what is used of each. */
  View detailedSet(String project) {
    return set(project);
  }

  Object shown(Quota.Usage usage, boolean detailed) {
    return detailed
        ? View.of("limit", usage.limit()).with(used, usage.used()).with("reserved", 0)
        : usage.limit();
  }

  /** What the service counts. */
  List<Resource> resources() {
    String service = name().toLowerCase(Locale.ROOT);
    return Arrays.stream(Resource.values())
        .filter(resource -> resource.service().equals(service))
        .toList();
  }
}
