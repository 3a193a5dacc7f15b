package io.virga.control.network.model;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Opens a thing to another project.
 *
 * @param target a project, or {@link #EVERYONE}
 */
public record RbacPolicy(
    Standard standard, ObjectType objectType, UUID objectId, String action, String target) {

  /** The target that stands for every project. */
  public static final String EVERYONE = "*";

  /** May use the thing as if it were its own, without changing it. */
  public static final String SHARED = "access_as_shared";

  /** May lead routers out by the network, and take floating IPs from it. */
  public static final String EXTERNAL = "access_as_external";

  /** The same for another target. */
  public RbacPolicy openedTo(String newTarget) {
    return new RbacPolicy(standard, objectType, objectId, action, newTarget);
  }

  /** A thing, its owner and how it is opened. */
  public record Opening(String projectId, ObjectType objectType, UUID objectId, String action) {}

  /** What can be opened; a constant's name in small letters is Neutron's word. */
  public enum ObjectType {
    NETWORK("network", List.of(SHARED, EXTERNAL)),
    SUBNETPOOL("subnet_pool", List.of(SHARED)),
    ADDRESS_SCOPE("address_scope", List.of(SHARED)),
    ADDRESS_GROUP("address_group", List.of(SHARED)),
    SECURITY_GROUP("security_group", List.of(SHARED)),
    QOS_POLICY("qos_policy", List.of(SHARED));

    private final String table;
    private final List<String> actions;

    ObjectType(String table, List<String> actions) {
      this.table = table;
      this.actions = actions;
    }

    public String table() {
      return table;
    }

    public List<String> actions() {
      return actions;
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
