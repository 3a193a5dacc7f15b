package io.virga.objectstore.s3.signature;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the framing of {@code aws-chunked} away and verifies the chunks' signatures.
 *
 * <p>HEADER → size > 0: DATA; size 0: TRAILER. DATA → all there: AFTER_DATA. AFTER_DATA → line end:
 * HEADER. TRAILER → empty line: END. Anything else → FAILED. What comes behind END is passed over,
 * and {@link #finish} takes the end of the body for the empty line, both as S3 does. Every call
 * takes all that it is given or fails, so it always comes to an end.
 */
public final class ChunkedDecoder {

  private static final int MAXIMUM_LINE_BYTES = 1024;
  private static final int MAXIMUM_TRAILERS = 16;
  private static final int MINIMUM_CHUNK_BYTES = 8192;

  private final Optional<ChunkSigner> signer;
  private final boolean trailer;
  private final MessageDigest chunkHash = Hmac.sha256();
  private final StringBuilder line = new StringBuilder();
  private final Map<String, String> trailers = new LinkedHashMap<>();
  private State state = State.HEADER;
  private String chunkSignature = "";
  private int chunks;
  private long chunkBytes = MINIMUM_CHUNK_BYTES;
  private long remaining;
  private Problem problem = Problem.NONE;

  private enum State {
    HEADER,
    DATA,
    AFTER_DATA,
    TRAILER,
    END,
    FAILED
  }

  /** What was wrong. */
  public enum Problem {
    NONE,
    MALFORMED,
    /** A chunk that is not the last is too small to be signed. */
    SMALL_CHUNK,
    SIGNATURE_MISMATCH
  }

  public ChunkedDecoder(Payload.Chunked payload) {
    this.signer = payload.signer();
    this.trailer = payload.trailer();
  }

  /**
   * Decodes what has come.
   *
   * @return data, as slices that the receiver releases; nothing after a problem
   */
  public List<ByteBuf> decode(ByteBuf in) {
    List<ByteBuf> data = new ArrayList<>();
    while (in.isReadable() && state != State.FAILED) {
      switch (state) {
        case DATA -> {
          int length = (int) Math.min(remaining, in.readableBytes());
          if (signer.isPresent()) {
            chunkHash.update(in.nioBuffer(in.readerIndex(), length));
          }
          data.add(in.readRetainedSlice(length));
          remaining -= length;
          if (remaining == 0) {
            endOfChunk();
          }
        }
        case HEADER, AFTER_DATA, TRAILER -> readLine(in).ifPresent(this::line);
        case END -> in.skipBytes(in.readableBytes());
        case FAILED -> {}
      }
    }
    if (state == State.FAILED) {
      data.forEach(ByteBuf::release);
      return List.of();
    }
    return data;
  }

  /** To be called when nothing more comes. */
  public void finish() {
    if (state == State.TRAILER && line.isEmpty()) {
      endOfTrailers();
    } else if (state != State.END && state != State.FAILED) {
      fail(Problem.MALFORMED);
    }
  }

  public Problem problem() {
    return problem;
  }

  /** What tells a client about a problem, by the names that S3 has for it. */
  public Map<String, String> details() {
    return switch (problem) {
      case NONE, MALFORMED -> Map.of();
      case SMALL_CHUNK ->
          Map.of("Chunk", Integer.toString(chunks), "BadChunkSize", Long.toString(chunkBytes));
      case SIGNATURE_MISMATCH -> signer.map(ChunkSigner::details).orElse(Map.of());
    };
  }

  /** The headers that followed, in lower case. */
  public Map<String, String> trailers() {
    return trailers;
  }

  private Optional<String> readLine(ByteBuf in) {
    int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    int length = (end < 0 ? in.writerIndex() : end + 1) - in.readerIndex();
    if (line.length() + length > MAXIMUM_LINE_BYTES) {
      fail(Problem.MALFORMED);
      return Optional.empty();
    }
    line.append(
        new String(
            ByteBufUtil.getBytes(in, in.readerIndex(), length), StandardCharsets.ISO_8859_1));
    in.skipBytes(length);
    if (end < 0) {
      return Optional.empty();
    }
    int textEnd = line.length() - 2;
    if (textEnd < 0 || line.charAt(textEnd) != '\r') {
      fail(Problem.MALFORMED);
      return Optional.empty();
    }
    String text = line.substring(0, textEnd);
    line.setLength(0);
    return Optional.of(text);
  }

  private void line(String text) {
    switch (state) {
      case HEADER -> header(text);
      case AFTER_DATA -> {
        state = State.HEADER;
        if (!text.isEmpty()) {
          fail(Problem.MALFORMED);
        }
      }
      case TRAILER -> trailerLine(text);
      case DATA, END, FAILED -> fail(Problem.MALFORMED);
    }
  }

  private void header(String text) {
    String[] parts = text.split(";", 3);
    String size = parts[0].strip();
    if (!size.matches("[0-9a-fA-F]{1,12}")) {
      fail(Problem.MALFORMED);
      return;
    }
    remaining = Long.parseLong(size, 16);
    if (signer.isPresent()) {
      signature(parts);
    }
    chunks++;
    if (state == State.FAILED) {
      return;
    }
    if (remaining == 0) {
      endOfChunk();
    } else if (signer.isPresent() && chunkBytes < MINIMUM_CHUNK_BYTES) {
      fail(Problem.SMALL_CHUNK);
    } else {
      chunkBytes = remaining;
      state = State.DATA;
    }
  }

  /** The signature stands first and alone; another extension before it makes it another's. */
  private void signature(String[] parts) {
    String[] extension = (parts.length > 1 ? parts[1] : "").split("=", 2);
    boolean first = extension[0].strip().equals("chunk-signature");
    chunkSignature = first && extension.length > 1 ? extension[1].strip() : "";
    if (first == parts.length > 2 || (first && chunkSignature.isEmpty())) {
      fail(Problem.MALFORMED);
    }
  }

  private void endOfChunk() {
    boolean last = state == State.HEADER;
    if (signer.isPresent() && !signer.get().acceptsChunk(chunkSignature, chunkHash.digest())) {
      fail(Problem.SIGNATURE_MISMATCH);
      return;
    }
    state = last ? State.TRAILER : State.AFTER_DATA;
  }

  private void trailerLine(String text) {
    if (text.isEmpty()) {
      endOfTrailers();
      return;
    }
    int colon = text.indexOf(':');
    if (!trailer || colon <= 0 || trailers.size() == MAXIMUM_TRAILERS) {
      fail(Problem.MALFORMED);
      return;
    }
    String name = text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
    trailers.put(name, text.substring(colon + 1).strip());
  }

  private void endOfTrailers() {
    if (signer.isPresent() && trailer) {
      String signature = trailers.remove("x-amz-trailer-signature");
      if (signature == null || trailers.isEmpty()) {
        fail(Problem.MALFORMED);
        return;
      }
      StringBuilder lines = new StringBuilder();
      trailers.forEach((name, value) -> lines.append(name).append(':').append(value).append('\n'));
      if (!signer.get().acceptsTrailer(signature, lines.toString())) {
        fail(Problem.SIGNATURE_MISMATCH);
        return;
      }
    }
    state = State.END;
  }

  private void fail(Problem why) {
    state = State.FAILED;
    problem = why;
  }
}
