package io.virga.objectstore.peer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.virga.dataplane.configuration.HostPort;

/** No TLS, for tests on loopback: a peer is whoever it says it is. */
public final class PlainLoopback extends PeerSecurity {

  private final String self;

  /** Of a node of this name. */
  public PlainLoopback(String self) {
    this.self = self;
  }

  @Override
  String self() {
    return self;
  }

  @Override
  boolean hasHandshake() {
    return false;
  }

  @Override
  void secureServer(Channel channel) {
    // Nothing secures it.
  }

  @Override
  void secureClient(Channel channel, HostPort peer) {
    // Nothing secures it.
  }

  @Override
  Peer identify(ChannelPipeline pipeline) {
    return new Peer.Unproven();
  }
}
