package io.virga.control.network;

import io.virga.control.database.Database;
import io.virga.control.fault.FaultForm;
import io.virga.control.http.ApiService;
import io.virga.control.http.Route;
import io.virga.control.network.api.AddressGroupRoutes;
import io.virga.control.network.api.AddressScopeRoutes;
import io.virga.control.network.api.AgentRoutes;
import io.virga.control.network.api.DefaultGroupRuleRoutes;
import io.virga.control.network.api.FloatingIpRoutes;
import io.virga.control.network.api.InformationRoutes;
import io.virga.control.network.api.IpAvailabilityRoutes;
import io.virga.control.network.api.NetworkRoutes;
import io.virga.control.network.api.PortForwardingRoutes;
import io.virga.control.network.api.PortRoutes;
import io.virga.control.network.api.QosPolicyRoutes;
import io.virga.control.network.api.QosRuleRoutes;
import io.virga.control.network.api.RbacRoutes;
import io.virga.control.network.api.RouterRoutes;
import io.virga.control.network.api.SecurityGroupRoutes;
import io.virga.control.network.api.SecurityGroupRuleRoutes;
import io.virga.control.network.api.SubnetPoolRoutes;
import io.virga.control.network.api.SubnetRoutes;
import io.virga.control.network.api.TrunkRoutes;
import io.virga.control.network.desired.HostViews;
import io.virga.control.network.desired.NeededSpecs;
import io.virga.control.network.desired.NetworkHosts;
import io.virga.control.network.desired.Retelling;
import io.virga.control.network.port.DefaultGroups;
import io.virga.control.network.port.PortLife;
import io.virga.control.network.router.ExtraRoutes;
import io.virga.control.network.router.FloatingIps;
import io.virga.control.network.router.Gateways;
import io.virga.control.network.router.PortForwardings;
import io.virga.control.network.router.RouterInterfaces;
import io.virga.control.network.router.RouterLife;
import io.virga.control.network.router.RouterStores;
import io.virga.control.network.store.AddressGroupStore;
import io.virga.control.network.store.AddressScopeStore;
import io.virga.control.network.store.AddressStore;
import io.virga.control.network.store.DefaultGroupRuleStore;
import io.virga.control.network.store.FloatingIpStore;
import io.virga.control.network.store.NetworkStore;
import io.virga.control.network.store.PortStore;
import io.virga.control.network.store.QosStore;
import io.virga.control.network.store.RbacStore;
import io.virga.control.network.store.RouterStore;
import io.virga.control.network.store.SecurityGroupStore;
import io.virga.control.network.store.SubnetPoolStore;
import io.virga.control.network.store.SubnetStore;
import io.virga.control.network.store.TrunkStore;
import io.virga.control.network.trunk.TrunkLife;
import io.virga.control.quota.Quota;
import io.virga.control.watch.DesiredStates;
import io.virga.control.watch.ObservedHandler;
import java.util.List;
import java.util.stream.Stream;

/** Neutron's v2.0 API, and the ports of the compute service: put together once, at start. */
public final class NetworkService implements ApiService {

  private final List<Route> routes;
  private final InstancePorts instancePorts;
  private final NetworkHosts hosts;
  private final Retelling retelling;
  private final List<ObservedHandler> reports;
  private final PublicNetwork publicNetwork;

  public NetworkService(Database database, DesiredStates desiredStates, Quota quota) {
    NetworkStore networks = new NetworkStore();
    SubnetStore subnets = new SubnetStore();
    PortStore ports = new PortStore();
    SecurityGroupStore groups = new SecurityGroupStore();
    AddressStore addresses = new AddressStore();
    RouterStores stores =
        new RouterStores(networks, subnets, ports, new RouterStore(), new FloatingIpStore());
    HostViews hosts =
        new HostViews(
            desiredStates,
            new NeededSpecs(
                new NeededSpecs.Stores(
                    networks, subnets, ports, groups, stores.routers(), stores.floatingIps())));
    RbacStore policies = new RbacStore();
    SubnetPoolStore pools = new SubnetPoolStore();
    QosStore qos = new QosStore();
    AddressGroupStore addressGroups = new AddressGroupStore();
    DefaultGroupRuleStore defaultRules = new DefaultGroupRuleStore();
    DefaultGroups defaultGroups = new DefaultGroups(groups, defaultRules, quota);
    PortLife.Stores tables =
        new PortLife.Stores(networks, subnets, ports, addresses, stores.floatingIps());
    PortLife life = new PortLife(tables, defaultGroups, hosts, quota);
    TrunkStore trunks = new TrunkStore();
    TrunkLife trunkLife = new TrunkLife(trunks, ports, life, quota);
    FloatingIps floatingIps = new FloatingIps(stores, life, hosts, quota);
    this.instancePorts = new BoundInstancePorts(stores, groups, life);
    this.hosts = new NetworkHosts(database, hosts);
    this.retelling = new Retelling(database, hosts);
    this.reports = List.of(new PortReports(ports), new NetworkHostReports(this.hosts));
    this.publicNetwork = new PublicNetwork(database, networks, subnets);
    this.routes =
        Stream.of(
                new InformationRoutes(database, quota).routes(),
                new NetworkRoutes(database, stores, floatingIps, hosts, quota).routes(),
                new SubnetRoutes(database, tables, pools, hosts, quota).routes(),
                new PortRoutes(database, ports, groups, life, hosts).routes(),
                new TrunkRoutes(database, hosts, trunks, trunkLife).routes(),
                new SecurityGroupRoutes(database, groups, defaultGroups, hosts, policies, quota)
                    .routes(),
                new SecurityGroupRuleRoutes(database, groups, addressGroups, hosts, quota).routes(),
                new DefaultGroupRuleRoutes(database, hosts, defaultRules).routes(),
                new AddressGroupRoutes(database, hosts, addressGroups, policies, quota).routes(),
                new RbacRoutes(database, hosts, policies, quota).routes(),
                new QosPolicyRoutes(database, hosts, qos, policies).routes(),
                new QosRuleRoutes(database, hosts, qos).routes(),
                new IpAvailabilityRoutes(database).routes(),
                new AgentRoutes(database).routes(),
                poolRoutes(database, pools, policies, hosts, quota),
                routerRoutes(database, stores, life, hosts, quota),
                new FloatingIpRoutes(database, hosts, stores.floatingIps(), floatingIps).routes(),
                new PortForwardingRoutes(
                        database,
                        stores.floatingIps(),
                        floatingIps,
                        new PortForwardings(stores, hosts))
                    .routes())
            .flatMap(List::stream)
            .toList();
  }

  private static List<Route> poolRoutes(
      Database database, SubnetPoolStore pools, RbacStore policies, HostViews hosts, Quota quota) {
    AddressScopeStore scopes = new AddressScopeStore();
    return Stream.concat(
            new AddressScopeRoutes(database, hosts, scopes, pools, policies, quota)
                .routes().stream(),
            new SubnetPoolRoutes(database, hosts, pools, scopes, policies, quota).routes().stream())
        .toList();
  }

  private static List<Route> routerRoutes(
      Database database, RouterStores stores, PortLife ports, HostViews hosts, Quota quota) {
    RouterLife life =
        new RouterLife(stores, new Gateways(stores, ports), new ExtraRoutes(stores), hosts, quota);
    RouterInterfaces interfaces = new RouterInterfaces(stores, ports, hosts);
    return new RouterRoutes(database, hosts, stores.routers(), life, interfaces).routes();
  }

  @Override
  public String prefix() {
    return "network";
  }

  @Override
  public FaultForm faults() {
    return FaultForm.NETWORK;
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  /** For the compute service. */
  public InstancePorts instancePorts() {
    return instancePorts;
  }

  /** To be registered for what agents report. */
  public List<ObservedHandler> reports() {
    return reports;
  }

  /** To be run at start. */
  public Retelling retelling() {
    return retelling;
  }

  /** To be followed for as long as the process runs. */
  public NetworkHosts hosts() {
    return hosts;
  }

  /** Makes the public network at the first start. */
  public PublicNetwork publicNetwork() {
    return publicNetwork;
  }
}
