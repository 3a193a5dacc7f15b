package io.virga.control.operator.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateAuthorityTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir private Path folder;

  @Test
  void issuesCertificatesThatProcessesAccept() {
    CertificateAuthority authority = at(Clock.systemUTC());
    authority.ensureAuthority();
    authority.ensureProcess(
        "blockstore", new CertificateAuthority.Peer("blockstore", "host-1", List.of()));
    ProcessIdentity identity =
        ProcessIdentity.load(
            authority.authorityFile(),
            authority.certificateFile("blockstore"),
            authority.keyFile("blockstore"));
    assertThat(identity.self()).isEqualTo(new PeerIdentity("blockstore", "host-1"));
  }

  @Test
  void namesTheProcessAndItsHostAndIsSignedByTheAuthority() throws Exception {
    CertificateAuthority authority = at(Clock.fixed(NOW, ZoneOffset.UTC));
    authority.ensureAuthority();
    authority.ensureProcess(
        "netagent", new CertificateAuthority.Peer("netagent", "host-1", List.of()));
    X509Certificate certificate = read(authority.certificateFile("netagent"));
    certificate.verify(read(authority.authorityFile()).getPublicKey());
    assertThat(certificate.getSubjectX500Principal().getName())
        .contains("CN=host-1", "OU=netagent", "O=virga");
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(List.of(2, "netagent.host-1.virga"), List.of(2, "localhost"));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
  }

  /** GnuTLS does not take a key without; the JDK writes none. */
  @Test
  void keepsThePublicKeyInTheKeyFile() throws Exception {
    CertificateAuthority authority = at(Clock.systemUTC());
    authority.ensureAuthority();
    authority.ensureProcess(
        "netagent", new CertificateAuthority.Peer("netagent", "host-1", List.of()));
    byte[] publicKey = read(authority.certificateFile("netagent")).getPublicKey().getEncoded();
    byte[] key = Pem.first(Files.readString(authority.keyFile("netagent")));
    byte[] point = Arrays.copyOfRange(publicKey, publicKey.length - 65, publicKey.length);

    assertThat(Arrays.copyOfRange(key, key.length - 65, key.length)).isEqualTo(point);
  }

  @Test
  void letsAProcessBeBothEndsAndSignNothing() throws Exception {
    CertificateAuthority authority = at(Clock.systemUTC());
    authority.ensureAuthority();
    authority.ensureProcess(
        "control", new CertificateAuthority.Peer("control", "host-1", List.of()));
    X509Certificate root = read(authority.authorityFile());
    X509Certificate process = read(authority.certificateFile("control"));
    assertThat(root.getVersion()).isEqualTo(3);
    assertThat(root.getBasicConstraints()).isZero();
    assertThat(root.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
    assertThat(process.getKeyUsage()).startsWith(true, false, false, false, false, false, false);
    assertThat(process.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(process.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(process.getExtensionValue("2.5.29.14")).hasSize(2 + 2 + 20);
    assertThat(
            openssl(
                "verify",
                "-purpose",
                "sslserver",
                "-CAfile",
                authority.authorityFile().toString(),
                authority.certificateFile("control").toString()))
        .endsWith("control.crt: OK");
  }

  private static String openssl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return output.strip();
  }

  @Test
  void makesAListenersCertificateAnewForAnotherAddress() throws Exception {
    CertificateAuthority authority = at(Clock.systemUTC());
    authority.ensureAuthority();
    authority.ensureListener("objectstore-api", "host-1", "192.0.2.7");
    X509Certificate first = read(authority.certificateFile("objectstore-api"));
    assertThat(first.getSubjectAlternativeNames())
        .contains(List.of(2, "localhost"), List.of(7, "127.0.0.1"), List.of(7, "192.0.2.7"));
    authority.ensureListener("objectstore-api", "host-1", "192.0.2.7");
    assertThat(read(authority.certificateFile("objectstore-api"))).isEqualTo(first);
    authority.ensureListener("objectstore-api", "host-1", "cloud.test");
    assertThat(read(authority.certificateFile("objectstore-api")).getSubjectAlternativeNames())
        .contains(List.of(2, "cloud.test"))
        .doesNotContain(List.of(7, "192.0.2.7"));
  }

  @Test
  void keepsWhatIsThereUntilItIsAboutToEnd() throws Exception {
    CertificateAuthority first = at(Clock.fixed(NOW, ZoneOffset.UTC));
    first.ensureAuthority();
    first.ensureProcess("control", new CertificateAuthority.Peer("control", "host-1", List.of()));
    String authority = Files.readString(first.authorityFile());
    String certificate = Files.readString(first.certificateFile("control"));

    CertificateAuthority later =
        at(Clock.offset(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(300)));
    later.ensureAuthority();
    later.ensureProcess("control", new CertificateAuthority.Peer("control", "host-1", List.of()));
    assertThat(Files.readString(first.certificateFile("control"))).isEqualTo(certificate);

    CertificateAuthority atTheEnd =
        at(Clock.offset(Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofDays(700)));
    atTheEnd.ensureProcess(
        "control", new CertificateAuthority.Peer("control", "host-1", List.of()));
    assertThat(Files.readString(first.certificateFile("control"))).isNotEqualTo(certificate);
    assertThat(Files.readString(first.authorityFile())).isEqualTo(authority);
  }

  @Test
  void letsNobodyElseReadTheKeys() throws Exception {
    CertificateAuthority authority = at(Clock.systemUTC());
    authority.ensureAuthority();
    authority.ensureProcess(
        "control", new CertificateAuthority.Peer("control", "host-1", List.of()));
    for (Path key : List.of(folder.resolve("ca.key"), authority.keyFile("control"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
    }
  }

  private CertificateAuthority at(Clock clock) {
    return new CertificateAuthority(folder, clock, new SecureRandom());
  }

  private static X509Certificate read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
