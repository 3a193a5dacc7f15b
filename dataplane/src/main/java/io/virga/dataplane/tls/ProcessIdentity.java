package io.virga.dataplane.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/**
 * This process's certificate and key, and the CA that it trusts; nothing else is trusted, neither
 * as a client nor as a server. Immutable; the contexts are shared by all connections.
 */
public final class ProcessIdentity {

  private final PeerIdentity self;
  private final Path authority;
  private final Path certificate;
  private final Path key;
  private final SslContext serverContext;

  private ProcessIdentity(Path authority, Path certificate, Path key)
      throws IOException, CertificateException {
    this.authority = authority;
    this.certificate = certificate;
    this.key = key;
    X509Certificate own = readCertificate(certificate);
    this.self =
        PeerIdentity.of(own)
            .orElseThrow(
                () ->
                    new CertificateException(
                        certificate
                            + ": expected the subject CN=<host>, OU=<service>, O=virga, not "
                            + own.getSubjectX500Principal()));
    this.serverContext =
        SslContextBuilder.forServer(certificate.toFile(), key.toFile())
            .sslProvider(SslProvider.JDK)
            .trustManager(authority.toFile())
            .clientAuth(ClientAuth.REQUIRE)
            .protocols("TLSv1.3", "TLSv1.2")
            .build();
  }

  /**
   * Reads {@code virga.tls.ca-file}, {@code virga.tls.certificate-file} and {@code
   * virga.tls.key-file}. Blocks.
   */
  public static ProcessIdentity load(Settings settings) {
    Path authority = settings.path("virga.tls.ca-file");
    Path certificate = settings.path("virga.tls.certificate-file");
    SecretFile key = settings.secretFile("virga.tls.key-file");
    return load(authority, certificate, key.path());
  }

  /** Of PEM files: the CA's certificate, the own certificate, the own PKCS #8 key. Blocks. */
  public static ProcessIdentity load(Path authority, Path certificate, Path key) {
    try {
      return new ProcessIdentity(authority, certificate, key);
    } catch (IOException | CertificateException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "cannot use the TLS identity %s, %s, %s: %s"
              .formatted(authority, certificate, key, e.getMessage()),
          e);
    }
  }

  /** Whom the own certificate names. */
  public PeerIdentity self() {
    return self;
  }

  /** Asks every client for a certificate of our CA. */
  public SslContext serverContext() {
    return serverContext;
  }

  /**
   * Shows the own certificate, checks the server's name, and takes a server of that service only:
   * another process's certificate is good for its own service alone. Made anew at each call.
   */
  public SslContext clientContext(String service) {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.JDK)
          .trustManager(ServiceTrustManager.of(readCertificate(authority), service))
          .keyManager(certificate.toFile(), key.toFile())
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException | CertificateException e) {
      throw new IllegalStateException("the TLS identity was good a moment ago", e);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + authority, e);
    }
  }

  private static X509Certificate readCertificate(Path file)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
