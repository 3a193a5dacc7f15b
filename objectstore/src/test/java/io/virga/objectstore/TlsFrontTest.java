package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.tls.Pem;
import io.virga.objectstore.http.server.HttpFront;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;

/** Both APIs over TLS, with a certificate that the JDK's keytool made. */
class TlsFrontTest extends S3Fixture {

  private static final char[] PASSWORD = "password".toCharArray();

  private static KeyStore keys() throws Exception {
    Path file = home.resolve("keys.p12");
    if (!Files.exists(file)) {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "tls",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "san=dns:localhost",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  new String(PASSWORD))
              .inheritIO()
              .start();
      assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static Settings settings(KeyStore keys) throws Exception {
    Path certificate = home.resolve("tls.crt");
    Path key = home.resolve("tls.key");
    byte[] der = Objects.requireNonNull(keys.getCertificate("tls")).getEncoded();
    Files.writeString(certificate, Pem.text("CERTIFICATE", der));
    byte[] secret = Objects.requireNonNull(keys.getKey("tls", PASSWORD)).getEncoded();
    Files.writeString(key, Pem.text("PRIVATE KEY", secret));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return Settings.of(
        Map.of(
            "virga.objectstore.tls-listen", "127.0.0.1:0",
            "virga.objectstore.tls-certificate-file", certificate.toString(),
            "virga.objectstore.tls-key-file", key.toString()));
  }

  private static HttpClient trusting(KeyStore keys) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    trusted.setCertificateEntry("tls", keys.getCertificate("tls"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
  }

  @Test
  void servesWhatThePlainListenerServes() throws Exception {
    send("PUT", "/tls", "", NOTHING);
    send("PUT", "/tls/key", "", random(300_000), "x-amz-acl", "public-read");
    KeyStore keys = keys();
    try (HttpFront tls = node.listenTls(settings(keys));
        HttpClient https = trusting(keys)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://localhost:" + tls.port() + "/tls/key"))
              .timeout(Duration.ofSeconds(20))
              .build();
      HttpResponse<byte[]> got = https.send(request, HttpResponse.BodyHandlers.ofByteArray());
      assertThat(got.body()).isEqualTo(random(300_000));
    }
  }

  @Test
  void namesTheFilesThatCannotBeUsed() throws Exception {
    Settings good = settings(keys());
    Files.writeString(home.resolve("tls.crt"), "no certificate");
    assertThatThrownBy(() -> TlsFront.read(good))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("virga.objectstore.tls-certificate-file")
        .hasMessageContaining("tls.crt");
  }
}
