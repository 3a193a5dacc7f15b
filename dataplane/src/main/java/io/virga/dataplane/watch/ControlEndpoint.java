package io.virga.dataplane.watch;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.virga.dataplane.configuration.ConfigurationException;
import io.virga.dataplane.configuration.Settings;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The agents' listener of control, as this process reaches it: mutual TLS, few connections. */
public final class ControlEndpoint {

  private static final int CONNECT_TIMEOUT_MILLIS = 3_000;

  private final HttpClient client;

  private ControlEndpoint(HttpClient client) {
    this.client = client;
  }

  /** Reads {@code virga.control.watch-url}. Blocks for the TLS files. */
  public static ControlEndpoint load(
      Settings settings, ProcessIdentity identity, Transport transport) {
    String text = settings.text("virga.control.watch-url");
    try {
      URI url = new URI(text);
      if (!"https".equals(url.getScheme()) || url.getHost() == null) {
        throw new URISyntaxException(text, "expected https://host:port");
      }
      return of(url, identity, transport);
    } catch (URISyntaxException e) {
      throw new ConfigurationException(
          "virga.control.watch-url = '" + text + "': expected https://host:port", e);
    }
  }

  /** Of the URL {@code https://host:port}. */
  public static ControlEndpoint of(URI url, ProcessIdentity identity, Transport transport) {
    SslContext context = identity.clientContext("control");
    return new ControlEndpoint(
        HttpClient.create(
                ConnectionProvider.builder("control")
                    .maxConnections(4)
                    .pendingAcquireMaxCount(16)
                    .maxIdleTime(Duration.ofSeconds(20))
                    .build())
            .runOn(transport.loopResources())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .secure(spec -> spec.sslContext(context))
            .baseUrl(url.toString().replaceAll("/+$", "")));
  }

  /** For requests to paths of the listener. */
  public HttpClient client() {
    return client;
  }
}
