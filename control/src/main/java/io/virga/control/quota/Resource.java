package io.virga.control.quota;

/** What is counted, with the name in quota requests and what a project may use by default. */
public enum Resource implements Counted {
  INSTANCES("compute", "instances", 10),
  CORES("compute", "cores", 20),
  RAM_MIB("compute", "ram", 51_200),
  KEY_PAIRS("compute", "key_pairs", 100),
  SERVER_GROUPS("compute", "server_groups", 10),
  SERVER_GROUP_MEMBERS("compute", "server_group_members", 10),
  VOLUMES("volume", "volumes", 10),
  SNAPSHOTS("volume", "snapshots", 10),
  GIGABYTES("volume", "gigabytes", 1000),
  PER_VOLUME_GIGABYTES("volume", "per_volume_gigabytes", -1),
  BACKUPS("volume", "backups", 0),
  BACKUP_GIGABYTES("volume", "backup_gigabytes", 0),
  GROUPS("volume", "groups", 10),
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

  @Override
  public String key() {
    return name();
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String named() {
    return service.equals("network") ? "resources: ['" + label + "']" : label;
  }

  @Override
  public long defaultLimit() {
    return defaultLimit;
  }
}
