package io.virga.objectstore;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.tls.ProcessIdentity;
import java.io.File;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** A listener of both APIs over TLS. */
record TlsFront(HostPort listen, SslContext context) {

  private static final String HOSTS_LISTEN = "virga.objectstore.hosts-listen";
  private static final String LISTEN = "virga.objectstore.tls-listen";
  private static final String CERTIFICATE = "virga.objectstore.tls-certificate-file";
  private static final String KEY = "virga.objectstore.tls-key-file";

  /** That of tenants, who need no certificate; empty if there is to be none. Blocks. */
  static Optional<TlsFront> read(Settings settings) {
    return settings
        .optionalHostPort(LISTEN)
        .map(
            listen ->
                new TlsFront(
                    listen,
                    context(
                        settings.path(CERTIFICATE).toFile(),
                        settings.secretFile(KEY).path().toFile())));
  }

  /** That of the cloud's hosts, which show their certificates; empty if there is to be none. */
  static Optional<TlsFront> ofHosts(Settings settings, ProcessIdentity identity) {
    return settings
        .optionalHostPort(HOSTS_LISTEN)
        .map(listen -> new TlsFront(listen, identity.serverContext()));
  }

  private static SslContext context(File certificate, File key) {
    try {
      return SslContextBuilder.forServer(certificate, key)
          .sslProvider(SslProvider.JDK)
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "%s, %s: cannot use the certificate %s and the key %s: %s"
              .formatted(CERTIFICATE, KEY, certificate, key, e.getMessage()),
          e);
    }
  }
}
