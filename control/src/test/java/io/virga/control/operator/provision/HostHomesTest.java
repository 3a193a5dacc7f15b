package io.virga.control.operator.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.operator.home.CloudConfiguration;
import io.virga.control.operator.home.CloudHost;
import io.virga.control.operator.home.Home;
import io.virga.control.operator.home.Service;
import io.virga.dataplane.tls.ProcessIdentity;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a home of several hosts is made of. Base port 8700 has the addresses 198.18.67.192/26. */
class HostHomesTest {

  @TempDir private Path folder;

  @Test
  void givesEachFurtherHostAPlaceOfItsOwn() {
    Home home = provisioned(3);
    assertThat(home.settings("blockstore-3"))
        .content()
        .contains("virga.host=vm-3", "virga.log.name=blockstore-3")
        .contains("virga.control.watch-url=https://198.18.67.193:8701")
        .contains("virga.blockstore.nbd-listen=198.18.67.195:8720")
        .contains("virga.blockstore.iscsi-listen=127.0.0.1:8721")
        .contains("virga.blockstore.contents-url=https://198.18.67.195:8722")
        .contains("virga.blockstore.object-store-url=https://198.18.67.193:8713")
        .contains(home.data() + "/host-3/blockstore/d1", home.run() + "/host-3/nbd.sock");
    assertThat(home.settings("netagent-2"))
        .content()
        .contains("virga.netagent.tunnel-address=198.18.67.226")
        .contains(home.run() + "/host-2/openvswitch/db.sock");
    assertThat(home.settings("compute-agent-2"))
        .content()
        .contains("virga.compute-agent.console-url=https://198.18.67.194:8740")
        .contains(home.run() + "/host-2/libvirt/libvirt-sock")
        .contains("virga.compute-agent.hosts-of-machine=3");
  }

  @Test
  void leavesWhatIsNotEncryptedOnTheLoopback() {
    Home home = provisioned(2);
    assertThat(home.settings("control"))
        .content()
        .contains("virga.control.listen=127.0.0.1:8700")
        .contains("virga.control.agents-listen=198.18.67.193:8701");
    assertThat(home.settings("objectstore"))
        .content()
        .contains("virga.objectstore.listen=127.0.0.1:8710")
        .contains("virga.objectstore.hosts-listen=198.18.67.193:8713");
  }

  @Test
  void namesEachHostAndItsAddressInItsCertificatesAlone() throws Exception {
    Home home = provisioned(2);
    ProcessIdentity second =
        ProcessIdentity.load(
            home.pki().resolve("ca.crt"),
            home.pki().resolve("netagent-2.crt"),
            home.pki().resolve("netagent-2.key"));
    assertThat(second.self().host()).isEqualTo("vm-2");
    assertThat(second.self().service()).isEqualTo("netagent");
    assertThat(names(home, "netagent-2")).contains("198.18.67.194", "netagent.vm-2.virga");
    assertThat(names(home, "control")).contains("198.18.67.193").doesNotContain("198.18.67.194");
  }

  @Test
  void isAsBeforeWithOneHost() throws Exception {
    Home home = provisioned(1);
    String control = Files.readString(home.settings("control"));
    provisioned(3);
    assertThat(Files.readString(home.settings("control"))).isNotEqualTo(control);
    provisioned(1);
    assertThat(home.settings("control")).hasContent(control);
    assertThat(names(home, "control")).containsExactly("control.vm.virga", "localhost");
    for (Service service : Service.values()) {
      assertThat(home.settings(service.title())).content().doesNotContain("198.18.");
    }
    assertThat(home.of(new CloudHost(3)).data()).isDirectory();
  }

  private static List<String> names(Home home, String process) throws Exception {
    try (InputStream in = Files.newInputStream(home.pki().resolve(process + ".crt"))) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return certificate.getSubjectAlternativeNames().stream()
          .map(name -> (String) name.get(1))
          .toList();
    }
  }

  private Home provisioned(int hosts) {
    Home home = Home.at(folder.resolve("cloud"));
    CloudConfiguration cloud =
        new CloudConfiguration(
            CloudConfiguration.VERSION,
            "vm",
            8700,
            "127.0.0.1",
            "127.0.0.1",
            Optional.empty(),
            Optional.empty(),
            Optional.of(hosts),
            List.of());
    new Provisioning(home, cloud, Clock.systemUTC(), new SecureRandom()).run();
    return home;
  }
}
