package io.virga.control.quota;

/** What is counted, with the name in quota requests and what a project may use by default. */
public enum Resource {
  INSTANCES("compute", "instances", 10),
  CORES("compute", "cores", 20),
  RAM_MIB("compute", "ram", 51_200),
  KEY_PAIRS("compute", "key_pairs", 100),
  SERVER_GROUPS("compute", "server_groups", 10),
  SERVER_GROUP_MEMBERS("compute", "server_group_members", 10),
  VOLUMES("volume", "volumes", 10),
  SNAPSHOTS("volume", "snapshots", 10),
  GIGABYTES("volume", "gigabytes", 1000),
  NETWORKS("network", "network", 100),
  SUBNETS("network", "subnet", 100),
  SUBNET_POOLS("network", "subnetpool", -1),
  PORTS("network", "port", 500),
  ROUTERS("network", "router", 10),
  FLOATING_IPS("network", "floatingip", 50),
  SECURITY_GROUPS("network", "security_group", 10),
  SECURITY_GROUP_RULES("network", "security_group_rule", 100),
  RBAC_POLICIES("network", "rbac_policy", 10),
  TRUNKS("network", "trunk", 50),
  ADDRESS_SCOPES("network", "address_scope", 100),
  ADDRESS_GROUPS("network", "address_group", 100),
  IMAGES("image", "images", 100);

  private final String service;
  private final String label;
  private final long defaultLimit;

  Resource(String service, String label, long defaultLimit) {
    this.service = service;
    this.label = label;
    this.defaultLimit = defaultLimit;
  }

  /**
   * Whose quota set it is part of: {@code compute}, {@code volume}, {@code network}, {@code image}.
   */
  public String service() {
    return service;
  }

  /** The member's name in a quota set. */
  public String label() {
    return label;
  }

  /** As faults name it. */
  String named() {
    return service.equals("network") ? "resources: ['" + label + "']" : label;
  }

  public long defaultLimit() {
    return defaultLimit;
  }
}
