package io.virga.control.operator.provision;

import static io.virga.control.operator.home.CloudConfiguration.loopback;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.ObjectNode;
import io.virga.control.operator.home.Ports;
import io.virga.control.operator.home.Service;
import io.virga.control.operator.launch.DatabaseProcess;
import io.virga.control.operator.launch.HypervisorProcess;
import io.virga.control.operator.launch.SwitchProcesses;
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
      case BLOCKSTORE -> blockstore(settings);
      case NETAGENT -> netagent(settings);
      case COMPUTE_AGENT -> computeAgent(settings);
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
    settings.put("virga.objectstore.node", at(node, ports.objectPeers()));
    settings.put("virga.objectstore.devices", data(name + "/" + ObjectRings.DEVICE));
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
    settings.put("virga.state.directory", state(service).toString());
    settings.put("virga.tls.ca-file", home.pki().resolve("ca.crt").toString());
    settings.put("virga.tls.certificate-file", pki(service.title(), ".crt"));
    settings.put("virga.tls.key-file", pki(service.title(), ".key"));
    settings.put("virga.token.public-keys", home.keys().toString());
    if (service != Service.CONTROL) {
      settings.put("virga.control.watch-url", "https://localhost:" + ports.agents());
    }
    return settings;
  }

  private void control(Map<String, String> settings) {
    settings.put("virga.control.listen", cloud.listener(ports.control()));
    settings.put("virga.control.agents-listen", loopback(ports.agents()));
    settings.put("virga.control.public-url", cloud.publicUrl(ports.control()));
    settings.put("virga.control.object-store-url", cloud.publicUrl(ports.objectstore()));
    settings.put("virga.control.database-url", databaseUrl());
    settings.put(
        "virga.control.database-password-file", home.secret(DatabaseProcess.PASSWORD).toString());
    settings.put(
        "virga.control.token-signing-key-file", SigningKeys.signingKeyFile(home.keys()).toString());
    settings.put("virga.control.bootstrap-file", home.secret(Provisioning.BOOTSTRAP).toString());
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
  }

  private void blockstore(Map<String, String> settings) {
    settings.put("virga.blockstore.nbd-socket", home.run().resolve("nbd.sock").toString());
    settings.put("virga.blockstore.nbd-listen", loopback(ports.blockstore()));
    settings.put("virga.blockstore.iscsi-listen", loopback(ports.blockstoreIscsi()));
    settings.put("virga.blockstore.contents-listen", loopback(ports.blockstoreContents()));
    settings.put(
        "virga.blockstore.contents-url", "https://localhost:" + ports.blockstoreContents());
    settings.put("virga.blockstore.devices", data("blockstore/d1"));
    settings.put("virga.blockstore.object-store-url", cloud.publicUrl(ports.objectstore()));
  }

  private void netagent(Map<String, String> settings) {
    settings.put("virga.netagent.ovsdb-socket", SwitchProcesses.databaseSocket(home).toString());
    settings.put("virga.netagent.ovs-run-directory", SwitchProcesses.runFolder(home).toString());
    settings.put("virga.netagent.integration-bridge", cloud.integrationBridge());
    settings.put("virga.netagent.metadata-interface", cloud.metadataInterface());
  }

  private void computeAgent(Map<String, String> settings) {
    settings.put("virga.compute-agent.libvirt-uri", HypervisorProcess.uri(home));
    settings.put("virga.compute-agent.nbd-socket", home.run().resolve("nbd.sock").toString());
    settings.put("virga.compute-agent.integration-bridge", cloud.integrationBridge());
    settings.put("virga.compute-agent.instances-directory", data("compute-agent"));
    settings.put("virga.compute-agent.console-listen", loopback(ports.consoles()));
    settings.put("virga.compute-agent.console-url", "https://localhost:" + ports.consoles());
    settings.put("virga.compute-agent.virt-type", "auto");
  }

  private String databaseUrl() {
    return cloud.database().orElseGet(() -> new DatabaseProcess(home, ports).url());
  }

  private Path state(Service service) {
    return switch (service) {
      case OBJECTSTORE, BLOCKSTORE -> home.data().resolve(service.title()).resolve("state");
      case CONTROL, NETAGENT, COMPUTE_AGENT -> home.data().resolve(service.title());
    };
  }

  private String data(String path) {
    return home.data().resolve(path).toString();
  }

  private String pki(String process, String suffix) {
    return home.pki().resolve(process + suffix).toString();
  }
}
