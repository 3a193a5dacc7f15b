package io.virga.netagent.metadata;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetadataServerTest {

  @Test
  void saysWhichAddressItCannotHave() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Transport transport = Transport.open(TransportChoice.NIO, 1, "test")) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
      assertThatThrownBy(() -> MetadataServer.start(transport, address, _ -> Optional.empty()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot serve metadata")
          .hasMessageContaining(":" + taken.getLocalPort());
    }
  }
}
