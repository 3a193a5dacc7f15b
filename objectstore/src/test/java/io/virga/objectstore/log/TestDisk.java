package io.virga.objectstore.log;

import io.netty.channel.EventLoop;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;

/** The real disk for tests, with event loops that end with the process. */
public final class TestDisk {

  private static final Transport TRANSPORT = Transport.open(TransportChoice.AUTO, 1, "disk");
  private static final AsyncFiles FILES = AsyncFiles.of(TRANSPORT, 1);

  private TestDisk() {}

  /** The loop that reads on it. */
  public static EventLoop loop() {
    return TRANSPORT.loops().next();
  }

  public static Disk open() {
    return new ChannelDisk(FILES, loop());
  }
}
