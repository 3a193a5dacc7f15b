package io.virga.objectstore.peer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.tls.PeerIdentity;
import io.virga.dataplane.tls.ProcessIdentity;

/** The processes' certificates. */
final class MutualTls extends PeerSecurity {

  private static final String SERVICE = "objectstore";

  /**
   * A name that every certificate of the home has: a ring knows addresses, not names, and what
   * makes a peer is the CA and the service.
   */
  private static final String CERTIFICATE_NAME = "localhost";

  private final ProcessIdentity identity;
  private final SslContext client;

  MutualTls(ProcessIdentity identity) {
    this.identity = identity;
    this.client = identity.clientContext(SERVICE);
  }

  @Override
  String self() {
    return identity.self().host();
  }

  @Override
  boolean hasHandshake() {
    return true;
  }

  @Override
  void secureServer(Channel channel) {
    channel.pipeline().addLast(identity.serverContext().newHandler(channel.alloc()));
  }

  @Override
  void secureClient(Channel channel, HostPort peer) {
    channel.pipeline().addLast(client.newHandler(channel.alloc(), CERTIFICATE_NAME, peer.port()));
  }

  @Override
  Peer identify(ChannelPipeline pipeline) {
    return PeerIdentity.of(pipeline)
        .<Peer>map(
            peer ->
                peer.service().equals(SERVICE)
                    ? new Peer.Certified(peer.host())
                    : new Peer.Refused(
                        "a certificate of the service " + peer.service() + ": expected " + SERVICE))
        .orElseGet(() -> new Peer.Refused("a certificate without a service and a host"));
  }
}
