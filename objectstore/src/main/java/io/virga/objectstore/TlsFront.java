package io.virga.objectstore;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.configuration.Settings;
import java.io.File;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** The listener of both APIs over TLS; clients need no certificate. */
record TlsFront(HostPort listen, SslContext context) {

  private static final String LISTEN = "virga.objectstore.tls-listen";
  private static final String CERTIFICATE = "virga.objectstore.tls-certificate-file";
  private static final String KEY = "virga.objectstore.tls-key-file";

  /** What is set; empty if there is to be no such listener. Blocks. */
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
