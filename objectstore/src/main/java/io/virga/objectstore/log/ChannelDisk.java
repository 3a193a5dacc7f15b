package io.virga.objectstore.log;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.virga.dataplane.file.AsyncFile;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.file.SocketBurst;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The real disk: what blocks by {@link FileChannel}, what is for event loops by their files. */
public final class ChannelDisk implements Disk {

  private final AsyncFiles files;
  private final EventLoop loop;

  /**
   * @param files what event loops read with
   * @param loop any that they are for
   */
  public ChannelDisk(AsyncFiles files, EventLoop loop) {
    this.files = files;
    this.loop = loop;
  }

  @Override
  public SegmentFile open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      return new ChannelFile(channel, files.open(file, Set.of(), loop));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  private record ChannelFile(FileChannel channel, AsyncFile async) implements SegmentFile {

    @Override
    public void write(ByteBuffer data, long offset) throws IOException {
      long position = offset;
      while (data.hasRemaining()) {
        position += channel.write(data, position);
      }
    }

    @Override
    public void read(ByteBuffer into, long offset) throws IOException {
      long position = offset;
      while (into.hasRemaining()) {
        int read = channel.read(into, position);
        if (read < 0) {
          throw ended(position);
        }
        position += read;
      }
    }

    @Override
    public CompletableFuture<Void> read(ByteBuf into, long offset, EventLoop loop) {
      CompletableFuture<Void> whole = new CompletableFuture<>();
      int wanted = into.writableBytes();
      async
          .on(loop)
          .read(offset, into, wanted)
          .addListener(
              read -> {
                if (!read.isSuccess()) {
                  whole.completeExceptionally(read.cause());
                } else if (into.isWritable()) {
                  whole.completeExceptionally(ended(offset + (int) read.getNow()));
                } else {
                  whole.complete(null);
                }
              });
      return whole;
    }

    @Override
    public int send(SocketBurst burst, long offset, int length) {
      return async.send(burst, offset, length);
    }

    private static EOFException ended(long position) {
      return new EOFException("the segment ends at " + position);
    }

    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    /** What is being read for a loop ends first. */
    @Override
    public void close() throws IOException {
      async.close();
      channel.close();
    }
  }
}
