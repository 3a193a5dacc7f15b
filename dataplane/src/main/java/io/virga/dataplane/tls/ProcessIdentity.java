package io.virga.dataplane.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.SecretFile;
import io.virga.dataplane.configuration.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * This process's certificate and key, and the CA that it trusts; nothing else is trusted, neither
 * as a client nor as a server. Immutable; the contexts are shared by all connections.
 */
public final class ProcessIdentity {

  private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private final PeerIdentity self;
  private final X509Certificate authority;
  private final X509Certificate[] chain;
  private final PrivateKey key;
  private final SslContext serverContext;

  private ProcessIdentity(Path authority, Path certificate, Path key)
      throws IOException, CertificateException {
    this.authority = readCertificates(authority)[0];
    this.chain = readCertificates(certificate);
    this.key = readKey(key);
    this.self =
        PeerIdentity.of(chain[0])
            .orElseThrow(
                () ->
                    new CertificateException(
                        certificate
                            + ": expected the subject CN=<host>, OU=<service>, O=virga, not "
                            + chain[0].getSubjectX500Principal()));
    this.serverContext =
        SslContextBuilder.forServer(this.key, chain)
            .sslProvider(SslProvider.JDK)
            .trustManager(this.authority)
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
          .trustManager(ServiceTrustManager.of(authority, service))
          .keyManager(key, chain)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (IOException | CertificateException e) {
      throw new IllegalStateException("the TLS identity was good for a server", e);
    }
  }

  private static X509Certificate[] readCertificates(Path file)
      throws IOException, CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> chain = new ArrayList<>();
    for (byte[] der : Pem.read("CERTIFICATE", file)) {
      chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
    }
    return chain.toArray(X509Certificate[]::new);
  }

  private static PrivateKey readKey(Path file) throws IOException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Pem.read("PRIVATE KEY", file).getFirst());
    GeneralSecurityException last = new GeneralSecurityException("no algorithm");
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw new IOException(file + " holds no key of " + KEY_ALGORITHMS, last);
  }
}
