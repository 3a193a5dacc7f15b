package io.virga.objectstore.peer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.tls.ProcessIdentity;

/** Who this node is among its peers, and who may be one. */
public abstract class PeerSecurity {

  /** Who is at the other end. */
  sealed interface Peer {

    /** A node of ours, by its certificate. */
    record Certified(String node) implements Peer {}

    /** Whoever it says it is. */
    record Unproven() implements Peer {}

    /** Not to be talked to. */
    record Refused(String reason) implements Peer {}
  }

  PeerSecurity() {}

  /** Mutual TLS: only object stores of the same CA. The node's name is the certificate's. */
  public static PeerSecurity mutualTls(ProcessIdentity identity) {
    return new MutualTls(identity);
  }

  /** The own name, as HELLO says it. */
  abstract String self();

  /** Whether a handshake precedes HELLO. */
  abstract boolean hasHandshake();

  abstract void secureServer(Channel channel);

  abstract void secureClient(Channel channel, HostPort peer);

  /** After the handshake. */
  abstract Peer identify(ChannelPipeline pipeline);
}
