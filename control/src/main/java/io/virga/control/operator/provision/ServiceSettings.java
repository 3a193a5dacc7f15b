package io.virga.control.operator.provision;

import static io.virga.control.operator.home.CloudConfiguration.loopback;

import io.virga.control.network.PublicNetwork;
import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.HostHome;
import io.virga.control.operator.home.ObjectNode;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.DatabaseProcess;
import io.virga.control.operator.launch.HypervisorProcess;
import io.virga.control.operator.pki.SigningKeys;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The settings file of each service ({@code docs/ARCHITECTURE.md} §10). */
final class ServiceSettings {

  private final Home home;
  private final CloudConfiguration cloud;
  private final Ports ports;

  ServiceSettings(Home home, CloudConfiguration cloud) {
    this.home = home;
    this.cloud = cloud;
    this.ports = cloud.ports();
  }

  Map<String, String> of(Service service) {
    Map<String, String> settings = new TreeMap<>(everyService(service));
    switch (service) {
      case CONTROL -> control(settings);
      case OBJECTSTORE -> objectstore(settings);
      case BLOCKSTORE -> blockstore(home.of(CloudHost.FIRST), settings);
      case NETAGENT -> netagent(home.of(CloudHost.FIRST), settings);
      case COMPUTE_AGENT -> computeAgent(home.of(CloudHost.FIRST), settings);
    }
    return settings;
  }

  /** The settings of a node besides the first: all but where it is are the same. */
  Map<String, String> of(ObjectNode node) {
    String name = node.name();
    Map<String, String> settings = of(Service.OBJECTSTORE);
    settings.put("virga.host", node.host(cloud.host()));
    settings.put("virga.operations.listen", at(node, ports.operations(Service.OBJECTSTORE)));
    settings.put("virga.log.name", name);
    settings.put("virga.state.directory", data(name + "/state"));
    settings.put("virga.tls.certificate-file", pki(name, ".crt"));
    settings.put("virga.tls.key-file", pki(name, ".key"));
    settings.put("virga.objectstore.listen", at(node, ports.objectstore()));
    String listener = Provisioning.listener(name);
    settings.put("virga.objectstore.tls-listen", at(node, ports.objectstoreTls()));
    settings.put("virga.objectstore.tls-certificate-file", pki(listener, ".crt"));
    settings.put("virga.objectstore.tls-key-file", pki(listener, ".key"));
    settings.remove("virga.objectstore.hosts-listen");
    settings.put("virga.objectstore.node", at(node, ports.objectPeers()));
    settings.put("virga.objectstore.devices", data(name + "/" + ObjectRings.DEVICE));
    return settings;
  }

  /** The settings of a host besides the first: all but where it is are the same. */
  Map<String, String> of(CloudHost host, Service service) {
    HostHome own = home.of(host);
    String name = host.named(service.title());
    Map<String, String> settings = of(service);
    settings.put("virga.host", cloud.name(host));
    settings.put("virga.log.name", name);
    settings.put("virga.state.directory", state(own, service).toString());
    settings.put("virga.tls.certificate-file", pki(name, ".crt"));
    settings.put("virga.tls.key-file", pki(name, ".key"));
    switch (service) {
      case BLOCKSTORE -> blockstore(own, settings);
      case NETAGENT -> netagent(own, settings);
      case COMPUTE_AGENT -> computeAgent(own, settings);
      case CONTROL, OBJECTSTORE ->
          throw new IllegalArgumentException(service + " runs on the first host alone");
    }
    return settings;
  }

  private static String at(ObjectNode node, int port) {
    return node.address() + ":" + port;
  }

  private Map<String, String> everyService(Service service) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("virga.host", cloud.host());
    settings.put("virga.transport", "auto");
    settings.put("virga.operations.listen", loopback(ports.operations(service)));
    settings.put(
        "virga.operations.token-file", home.secret(Provisioning.OPERATIONS_TOKEN).toString());
    settings.put("virga.log.directory", home.log().toString());
    settings.put("virga.log.level", "info");
    settings.put("virga.state.directory", state(home.of(CloudHost.FIRST), service).toString());
    settings.put("virga.tls.ca-file", home.pki().resolve("ca.crt").toString());
    settings.put("virga.tls.certificate-file", pki(service.title(), ".crt"));
    settings.put("virga.tls.key-file", pki(service.title(), ".key"));
    settings.put("virga.token.public-keys", home.keys().toString());
    if (service != Service.CONTROL) {
      settings.put("virga.control.watch-url", "https://" + agents("localhost"));
    }
    return settings;
  }

  private void control(Map<String, String> settings) {
    settings.put("virga.control.listen", cloud.listener(ports.control()));
    settings.put("virga.control.agents-listen", agents("127.0.0.1"));
    settings.put("virga.control.public-url", cloud.publicUrl(ports.control()));
    settings.put("virga.control.object-store-url", cloud.publicUrl(ports.objectstore()));
    settings.put("virga.control.database-url", databaseUrl());
    settings.put(
        "virga.control.database-password-file", home.secret(DatabaseProcess.PASSWORD).toString());
    settings.put(
        "virga.control.token-signing-key-file", SigningKeys.signingKeyFile(home.keys()).toString());
    settings.put("virga.control.bootstrap-file", home.secret(Provisioning.BOOTSTRAP).toString());
  }

  /** Where the agents find control: other hosts cannot reach the loopback of the first. */
  private String agents(String loopback) {
    return cloud.hasUnderlay()
        ? managed(CloudHost.FIRST, ports.agents())
        : loopback + ":" + ports.agents();
  }

  /** Where a host listens for control, which is on the first. */
  private String forControl(HostHome own, int port) {
    return own.host().isFirst() ? loopback(port) : managed(own.host(), port);
  }

  private String urlForControl(HostHome own, int port) {
    return "https://" + (own.host().isFirst() ? "localhost:" + port : managed(own.host(), port));
  }

  private String managed(CloudHost host, int port) {
    return cloud.underlay().management(host) + ":" + port;
  }

  private void objectstore(Map<String, String> settings) {
    settings.put("virga.objectstore.listen", cloud.listener(ports.objectstore()));
    settings.put("virga.objectstore.node", loopback(ports.objectPeers()));
    settings.put("virga.objectstore.rings", home.rings().toString());
    settings.put("virga.objectstore.devices", data("objectstore/" + ObjectRings.DEVICE));
    settings.put("virga.objectstore.tls-listen", cloud.listener(ports.objectstoreTls()));
    settings.put(
        "virga.objectstore.tls-certificate-file",
        pki(Provisioning.listener(Service.OBJECTSTORE.title()), ".crt"));
    settings.put(
        "virga.objectstore.tls-key-file",
        pki(Provisioning.listener(Service.OBJECTSTORE.title()), ".key"));
    settings.put(
        "virga.objectstore.hash-prefix-file", home.secret(Provisioning.HASH_PREFIX).toString());
    if (cloud.hasUnderlay()) {
      settings.put("virga.objectstore.hosts-listen", managed(CloudHost.FIRST, ports.objectHosts()));
    }
  }

  /** iSCSI, which encrypts nothing, stays within the host. */
  private void blockstore(HostHome own, Map<String, String> settings) {
    settings.put("virga.blockstore.nbd-socket", own.nbdSocket().toString());
    settings.put(
        "virga.blockstore.nbd-listen",
        cloud.hasUnderlay()
            ? managed(own.host(), ports.blockstore())
            : loopback(ports.blockstore()));
    settings.put("virga.blockstore.iscsi-listen", loopback(ports.blockstoreIscsi()));
    settings.put("virga.blockstore.contents-listen", forControl(own, ports.blockstoreContents()));
    settings.put("virga.blockstore.contents-url", urlForControl(own, ports.blockstoreContents()));
    settings.put("virga.blockstore.devices", own.data().resolve("blockstore/d1").toString());
    settings.put(
        "virga.blockstore.object-store-url",
        own.host().isFirst()
            ? cloud.publicUrl(ports.objectstore())
            : "https://" + managed(CloudHost.FIRST, ports.objectHosts()));
  }

  private void netagent(HostHome own, Map<String, String> settings) {
    settings.put("virga.netagent.ovsdb-socket", own.switchDatabase().toString());
    settings.put("virga.netagent.ovs-run-directory", own.switchRun().toString());
    settings.put("virga.netagent.integration-bridge", cloud.integrationBridge());
    settings.put("virga.netagent.metadata-interface", cloud.metadataInterface());
    settings.put(
        "virga.netagent.bridge-mappings", PublicNetwork.NAME + ":" + cloud.externalBridge());
    if (cloud.hasUnderlay()) {
      settings.put("virga.netagent.tunnel-address", cloud.underlay().tunnel(own.host()));
    }
  }

  private void computeAgent(HostHome own, Map<String, String> settings) {
    settings.put("virga.compute-agent.libvirt-uri", HypervisorProcess.uri(own));
    settings.put("virga.compute-agent.nbd-socket", own.nbdSocket().toString());
    settings.put("virga.compute-agent.integration-bridge", cloud.integrationBridge());
    settings.put(
        "virga.compute-agent.instances-directory", own.data().resolve("compute-agent").toString());
    settings.put("virga.compute-agent.console-listen", forControl(own, ports.consoles()));
    settings.put("virga.compute-agent.console-url", urlForControl(own, ports.consoles()));
    settings.put("virga.compute-agent.virt-type", "auto");
    settings.put("virga.compute-agent.hosts-of-machine", Integer.toString(cloud.allHosts().size()));
  }

  private String databaseUrl() {
    return cloud.database().orElseGet(() -> new DatabaseProcess(home, ports).url());
  }

  private static Path state(HostHome own, Service service) {
    Path folder = own.data().resolve(service.title());
    return switch (service) {
      case OBJECTSTORE, BLOCKSTORE -> folder.resolve("state");
      case CONTROL, NETAGENT, COMPUTE_AGENT -> folder;
    };
  }

  private String data(String path) {
    return home.data().resolve(path).toString();
  }

  private String pki(String process, String suffix) {
    return home.pki().resolve(process + suffix).toString();
  }
}
