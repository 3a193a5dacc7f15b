package io.virga.blockstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** NBD clients of others over TLS: GnuTLS at the other end, certificates of one CA. */
@Tag("e2e")
@Timeout(180)
class NbdTlsClientsTest {

  private static final String AGENT = "compute-agent";

  @TempDir Path directory;

  @Test
  void listsToAPeerWhatIsForItsHost() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 8 << 20);
      node.export(VolumeKind.VOLUME, "v1", "v1-there", "there");

      assertThat(Tool.run("nbdinfo", "--list", node.tlsUri("", AGENT, TestNode.HOST)))
          .contains("protocol: newstyle-fixed with TLS", "export=\"v1\"")
          .doesNotContain("v1-there");
      assertThat(Tool.run("nbdinfo", "--list", node.tlsUri("", AGENT, "there")))
          .contains("export=\"v1-there\"")
          .doesNotContain("export=\"v1\"");
      assertThat(Tool.run("nbdinfo", "--list", node.unixUri(""))).doesNotContain("v1-there");
      assertThat(Tool.run("nbdinfo", "--size", node.tlsUri("v1-there", AGENT, "there")))
          .isEqualTo("8388608\n");
      assertThat(Tool.failing("nbdinfo", node.tlsUri("v1", AGENT, "there")))
          .contains("No such file or directory for export: v1");
      assertThat(Tool.failing("nbdinfo", node.tlsUri("v1", "netagent", TestNode.HOST)))
          .contains("No such file or directory for export: v1");
    }
  }

  @Test
  void opensToAKeyThatWasSharedWhatIsForItsHost() throws Exception {
    byte[] bytes = new byte[3 << 20];
    new Random(8).nextBytes(bytes);
    Path in = Files.write(directory.resolve("in.raw"), bytes);
    Path out = directory.resolve("out.raw");
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", bytes.length);
      node.export(VolumeKind.VOLUME, "v1", "v1-there", "there");

      String uri = node.sharedKeyUri("v1", TestNode.HOST);
      Tool.run("nbdcopy", "--flush", in.toString(), uri);
      Tool.run("nbdcopy", uri, out.toString());
      assertThat(Files.mismatch(in, out)).isEqualTo(-1);
      assertThat(Tool.run("nbdinfo", "--list", node.sharedKeyUri("", "there")))
          .contains("protocol: newstyle-fixed with TLS", "export=\"v1-there\"")
          .doesNotContain("export=\"v1\"");
      assertThat(Tool.failing("nbdinfo", node.sharedKeyUri("v1", "there")))
          .contains("No such file or directory for export: v1");
      assertThat(Tool.run("nbdinfo", "--size", node.tlsUri("v1", AGENT, TestNode.HOST)))
          .isEqualTo("3145728\n");
    }
  }

  @Test
  void opensToASharedKeyOverEachVersionOfTls() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 8 << 20);
      Path folder = node.credentials().sharedKeys().getParent();
      for (String version : List.of("VERS-TLS1.2", "VERS-TLS1.3")) {
        String priority = "NORMAL:-VERS-ALL:+" + version;
        assertThat(
                Tool.run(
                    "qemu-img",
                    "info",
                    "--object",
                    "tls-creds-psk,id=tls0,endpoint=client,username=here,dir=%s,priority=%s"
                        .formatted(folder, priority),
                    "--image-opts",
                    "driver=nbd,host=localhost,export=v1,tls-creds=tls0,port=" + node.tlsPort()))
            .as(version)
            .contains("virtual size: 8 MiB");
      }
    }
  }

  @Test
  void refusesAKeyThatIsNotTheClients() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 8 << 20);
      Path wrong =
          Files.writeString(
              directory.resolve("wrong.psk"),
              "here:ffeeddccbbaa99887766554433221100\nnobody:00112233445566778899aabbccddeeff\n");
      for (String user : List.of("here", "nobody")) {
        Tool.failing(
            "nbdinfo",
            "nbds://%s@localhost:%d/v1?tls-psk-file=%s".formatted(user, node.tlsPort(), wrong));
      }
      assertThat(Tool.run("nbdinfo", "--size", node.sharedKeyUri("v1", TestNode.HOST)))
          .isEqualTo("8388608\n");
    }
  }

  @Test
  void tellsNothingWithoutTlsWhereItIsRequired() throws Exception {
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 8 << 20);
      String plain = "nbd://localhost:" + node.tlsPort() + "/";

      assertThat(Tool.failing("nbdinfo", plain + "v1")).contains("TLS");
      assertThat(Tool.failing("nbdinfo", "--list", plain)).doesNotContain("v1");
      assertThat(Tool.failing("qemu-img", "info", plain + "v1")).contains("STARTTLS");
    }
  }

  @Test
  void refusesACertificateOfAnotherAuthority() throws Exception {
    Path other = Files.createDirectories(directory.resolve("other"));
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", 8 << 20);
      Path folder = new Credentials(other).clientFolder(AGENT, TestNode.HOST);
      Files.delete(folder.resolve("ca-cert.pem"));
      Files.copy(directory.resolve("pki/ca.crt"), folder.resolve("ca-cert.pem"));

      Tool.failing(
          "nbdinfo", "nbds://localhost:" + node.tlsPort() + "/v1?tls-certificates=" + folder);
      assertThat(Tool.run("nbdinfo", "--size", node.tlsUri("v1", AGENT, TestNode.HOST)))
          .isEqualTo("8388608\n");
    }
  }

  @Test
  void nbdcopyAndQemuBringBackTheSameBytes() throws Exception {
    byte[] bytes = new byte[20 << 20];
    new Random(7).nextBytes(bytes);
    Path in = Files.write(directory.resolve("in.raw"), bytes);
    Path out = directory.resolve("out.raw");
    try (TestNode node = TestNode.open(directory, 256)) {
      node.blank("v1", bytes.length);
      String uri = node.tlsUri("v1", AGENT, TestNode.HOST);
      Tool.run("nbdcopy", "--flush", in.toString(), uri);
      Tool.run("nbdcopy", uri, out.toString());
      assertThat(Files.mismatch(in, out)).isEqualTo(-1);

      String credentials =
          "tls-creds-x509,id=tls0,endpoint=client,dir="
              + node.credentials().clientFolder(AGENT, TestNode.HOST);
      String image =
          "driver=nbd,host=localhost,port=" + node.tlsPort() + ",export=v1,tls-creds=tls0";
      assertThat(
              Tool.run(
                  "qemu-io",
                  "--object",
                  credentials,
                  "--image-opts",
                  "-c",
                  "write -P 0x5a 4096 1M",
                  "-c",
                  "read -P 0x5a 4096 1M",
                  image))
          .doesNotContain("ailed");
      Files.delete(out);
      Tool.run("nbdcopy", node.unixUri("v1"), out.toString());
      Tool.run(
          "qemu-img",
          "compare",
          "--object",
          credentials,
          "--image-opts",
          image,
          "driver=raw,file.driver=file,file.filename=" + out);
    }
  }
}
