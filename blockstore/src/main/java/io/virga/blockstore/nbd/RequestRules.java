package io.virga.blockstore.nbd;

import io.virga.blockstore.device.BlockDevice;
import java.util.Optional;

/** Which requests are good ones, and what is wrong with the others (proto.md, "Request types"). */
final class RequestRules {

  private static final int UNKNOWN = -1;

  /**
   * As many bytes as compact headers can ask for: a door that closes waits until they are written.
   */
  private static final long WRITTEN_ZEROES = (1L << 32) - 1;

  private final BlockDevice device;
  private final Transmission.Features features;
  private final Limits limits;

  RequestRules(BlockDevice device, Transmission.Features features, Limits limits) {
    this.device = device;
    this.features = features;
    this.limits = limits;
  }

  /**
   * Why a request is refused.
   *
   * @param reason for people: which value, and what is accepted
   */
  record Refusal(int error, String reason) {}

  Optional<Refusal> check(Request request) {
    if (request.type() == Wire.CMD_DISC) {
      return Optional.empty();
    }
    int accepted = acceptedFlags(request.type());
    if (accepted == UNKNOWN) {
      return refuse(
          Wire.EINVAL, "type %d: accepted are 0 to %d", request.type(), Wire.CMD_BLOCK_STATUS);
    }
    if ((request.flags() & ~accepted) != 0) {
      return refuse(
          Wire.EINVAL,
          "flags 0x%x with type %d: accepted are 0x%x",
          request.flags(),
          request.type(),
          accepted);
    }
    return switch (request.type()) {
      case Wire.CMD_FLUSH -> checkFlush(request);
      case Wire.CMD_WRITE -> checkWrite(request);
      case Wire.CMD_READ -> checkRead(request);
      case Wire.CMD_BLOCK_STATUS -> checkStatus(request);
      case Wire.CMD_WRITE_ZEROES -> checkZeroes(request);
      default -> checkBounds(request);
    };
  }

  /** Of commands with an answer. A payload is what WRITE alone may have. */
  private int acceptedFlags(int type) {
    return switch (type) {
      case Wire.CMD_READ ->
          Wire.CMD_FLAG_FUA | (features.headers().chunks() ? Wire.CMD_FLAG_DF : 0);
      case Wire.CMD_WRITE -> Wire.CMD_FLAG_FUA | (extended() ? Wire.CMD_FLAG_PAYLOAD_LEN : 0);
      case Wire.CMD_FLUSH, Wire.CMD_TRIM, Wire.CMD_CACHE -> Wire.CMD_FLAG_FUA;
      case Wire.CMD_WRITE_ZEROES ->
          Wire.CMD_FLAG_FUA | Wire.CMD_FLAG_NO_HOLE | Wire.CMD_FLAG_FAST_ZERO;
      case Wire.CMD_BLOCK_STATUS -> Wire.CMD_FLAG_FUA | Wire.CMD_FLAG_REQ_ONE;
      default -> UNKNOWN;
    };
  }

  private boolean extended() {
    return features.headers() == Headers.EXTENDED;
  }

  private Optional<Refusal> checkWrite(Request request) {
    if (extended() && !request.has(Wire.CMD_FLAG_PAYLOAD_LEN)) {
      return refuse(Wire.EINVAL, "WRITE without PAYLOAD_LEN, which extended headers want");
    }
    return request.excessBytes() > 0
        ? refuse(
            Wire.EINVAL,
            "WRITE of %d bytes: accepted are 0 to %d",
            request.length(),
            limits.payloadBytes())
        : checkBounds(request);
  }

  private static Optional<Refusal> checkFlush(Request request) {
    return request.offset() == 0 && request.length() == 0
        ? Optional.empty()
        : refuse(
            Wire.EINVAL,
            "FLUSH of %s bytes at %s: accepted is 0 at 0",
            request.length(),
            Long.toUnsignedString(request.offset()));
  }

  private Optional<Refusal> checkRead(Request request) {
    long length = request.length();
    return length <= 0 || length > limits.payloadBytes()
        ? refuse(
            Wire.EINVAL,
            "READ of %s bytes: accepted are 1 to %d",
            Long.toUnsignedString(length),
            limits.payloadBytes())
        : checkBounds(request);
  }

  private Optional<Refusal> checkStatus(Request request) {
    if (features.contexts().isEmpty()) {
      return refuse(Wire.EINVAL, "BLOCK_STATUS without a context: SET_META_CONTEXT sets one");
    }
    return request.length() == 0
        ? refuse(Wire.EINVAL, "BLOCK_STATUS of 0 bytes: accepted is 1 or more")
        : checkBounds(request);
  }

  private Optional<Refusal> checkZeroes(Request request) {
    Optional<Refusal> outside = checkBounds(request);
    return outside.isEmpty()
            && request.has(Wire.CMD_FLAG_NO_HOLE)
            && request.length() > WRITTEN_ZEROES
        ? refuse(
            Wire.EINVAL,
            "WRITE_ZEROES of %d bytes with NO_HOLE: accepted are 0 to %d",
            request.length(),
            WRITTEN_ZEROES)
        : outside;
  }

  private Optional<Refusal> checkBounds(Request request) {
    long size = device.sizeBytes();
    long offset = request.offset();
    long length = request.length();
    boolean inside = offset >= 0 && offset <= size && length >= 0 && length <= size - offset;
    if (inside) {
      return Optional.empty();
    }
    boolean writes = request.type() == Wire.CMD_WRITE || request.type() == Wire.CMD_WRITE_ZEROES;
    return refuse(
        writes ? Wire.ENOSPC : Wire.EINVAL,
        "%s bytes at %s: the export has %d",
        Long.toUnsignedString(length),
        Long.toUnsignedString(offset),
        size);
  }

  private static Optional<Refusal> refuse(int error, String reason, Object... values) {
    return Optional.of(new Refusal(error, reason.formatted(values)));
  }
}
