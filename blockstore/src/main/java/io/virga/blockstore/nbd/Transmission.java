package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The session of the transmission phase: requests go to the device, replies to the client in the
 * order in which the device completes. Owned by the connection's loop.
 */
final class Transmission {

  private final BlockDevice device;
  private final Features features;
  private final Limits limits;
  private final RequestRules rules;
  private final Replies replies;
  private final Share share;

  Transmission(Door door, BlockDevice device, Features features, Share share, Replies replies) {
    this.device = device;
    this.features = features;
    this.limits = door.limits();
    this.share = share;
    this.rules = new RequestRules(device, features, limits);
    this.replies = replies;
  }

  /** Whether another request may be handled before one completes. */
  boolean hasRoom() {
    return share.requests() < limits.inFlightRequests() && share.bytes() < limits.inFlightBytes();
  }

  /** What a request, with its reply, needs of memory. */
  long bytesOf(Request request) {
    return request.type() == Wire.CMD_READ
        ? Math.min(request.length(), limits.payloadBytes())
        : request.payload().readableBytes();
  }

  /** Takes a request, and its payload; answers false if it was the last. */
  boolean handle(Request request) {
    Optional<RequestRules.Refusal> refusal = rules.check(request);
    if (refusal.isPresent()) {
      request.payload().release();
      replies.fail(request, refusal.get());
      return true;
    }
    boolean durable = request.has(Wire.CMD_FLAG_FUA);
    long offset = request.offset();
    switch (request.type()) {
      case Wire.CMD_READ -> read(request);
      case Wire.CMD_WRITE -> write(request);
      case Wire.CMD_DISC -> {
        return false;
      }
      case Wire.CMD_FLUSH -> device.flush(begin(request));
      case Wire.CMD_TRIM -> device.trim(offset, request.length(), durable, begin(request));
      case Wire.CMD_CACHE -> device.prefetch(offset, request.length(), begin(request));
      case Wire.CMD_WRITE_ZEROES ->
          device.writeZeroes(
              offset,
              request.length(),
              new BlockDevice.ZeroOptions(
                  durable,
                  request.has(Wire.CMD_FLAG_NO_HOLE),
                  request.has(Wire.CMD_FLAG_FAST_ZERO)),
              begin(request));
      default -> blockStatus(request);
    }
    return true;
  }

  private void read(Request request) {
    int length = (int) request.length();
    if (features.headers().chunks() && device.holesAreFree() && isHole(request.offset(), length)) {
      replies.hole(request);
      return;
    }
    ByteBuf reply = replies.beginRead(request);
    share.begin(length);
    device.read(
        request.offset(),
        reply,
        outcome -> {
          if (outcome == Outcome.OK) {
            replies.send(reply);
          } else {
            reply.release();
            replies.fail(request, outcome);
          }
          share.end(length);
        });
  }

  private boolean isHole(long offset, int length) {
    HoleCheck check = new HoleCheck(length);
    device.describe(offset, length, check);
    return check.left <= 0;
  }

  private void write(Request request) {
    int length = request.payload().readableBytes();
    share.begin(length);
    device.write(
        request.offset(),
        request.payload(),
        request.has(Wire.CMD_FLAG_FUA),
        outcome -> {
          request.payload().release();
          replies.ended(request, outcome);
          share.end(length);
        });
  }

  /** One chunk for each context; an error instead if one of them has gone. */
  private void blockStatus(Request request) {
    List<Map.Entry<Integer, StatusRuns>> all = new ArrayList<>();
    for (Map.Entry<Integer, MetaContext> context : features.contexts().entrySet()) {
      StatusRuns runs = new StatusRuns(request.length(), request.has(Wire.CMD_FLAG_REQ_ONE));
      describe(context.getValue(), request, runs);
      if (runs.count() == 0) {
        String reason = "nothing can be told of " + context.getValue().name() + " any more";
        replies.fail(request, new RequestRules.Refusal(Wire.EINVAL, reason));
        return;
      }
      all.add(Map.entry(context.getKey(), runs));
    }
    for (int i = 0; i < all.size(); i++) {
      boolean last = i == all.size() - 1;
      replies.status(request, all.get(i).getKey(), all.get(i).getValue(), last);
    }
  }

  private void describe(MetaContext context, Request request, StatusRuns runs) {
    switch (context) {
      case MetaContext.Allocation a ->
          device.describe(
              request.offset(),
              request.length(),
              (length, allocated, zero) ->
                  runs.add(
                      length, (allocated ? 0 : Wire.STATE_HOLE) | (zero ? Wire.STATE_ZERO : 0)));
      case MetaContext.ChangedSince since ->
          device.describeChanges(
              since.snapshot(),
              request.offset(),
              request.length(),
              (length, changed) -> runs.add(length, changed ? Wire.STATE_CHANGED : 0));
    }
  }

  private Completion begin(Request request) {
    share.begin(0);
    return outcome -> {
      replies.ended(request, outcome);
      share.end(0);
    };
  }

  /**
   * What was agreed on.
   *
   * @param contexts by id
   */
  record Features(Headers headers, Map<Integer, MetaContext> contexts) {}

  private static final class HoleCheck implements BlockDevice.RunVisitor {
    private long left;

    HoleCheck(long length) {
      this.left = length;
    }

    @Override
    public boolean visit(long lengthBytes, boolean allocated, boolean zero) {
      if (zero) {
        left -= lengthBytes;
      }
      return zero && left > 0;
    }
  }
}
