package io.virga.blockstore.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * An initiator that does what chance tells it, within the protocol: commands, data in pieces of any
 * size, aborts, and connections that it loses. It uses a part of the disk that is its own.
 */
final class SimulatedInitiator {

  private static final int[] OPCODES = {0x2a, 0x2a, 0x2a, 0x2a, 0x28, 0x28, 0x2e, 0x8b, 0x93, 0x2f};
  private static final int MOST_BLOCKS = 16;
  private static final int BLOCK_BYTES = 512;

  private final long isid;
  private final int firstBlock;
  private final Random random;
  private final Sessions sessions;
  private final Limits limits;
  private final Set<Integer> open = new LinkedHashSet<>();
  private final Set<Integer> forgiven = new LinkedHashSet<>();
  private final Map<Integer, Deque<Asked>> asked = new LinkedHashMap<>();
  private Optional<Initiator> connection = Optional.empty();
  private boolean loggedIn;
  private boolean immediateData;
  private boolean initialR2t;
  private int firstBurstBytes;
  private int maximumSn;
  private int lastTag;
  private Optional<Function> function = Optional.empty();

  SimulatedInitiator(long isid, int firstBlock, Random random, Sessions sessions, Limits limits) {
    this.isid = isid;
    this.firstBlock = firstBlock;
    this.random = random;
    this.sessions = sessions;
    this.limits = limits;
  }

  private record Function(int code, int task) {}

  /** Data that is to be sent: what is left of a burst. */
  private static final class Asked {
    private final int transferTag;
    private final int end;
    private int offset;
    private int sn;

    Asked(int transferTag, int offset, int end) {
      this.transferTag = transferTag;
      this.offset = offset;
      this.end = end;
    }
  }

  /** Whether it is connected, and has been let in. */
  boolean isLoggedIn() {
    return loggedIn;
  }

  /** How many commands have no answer yet. */
  int openCommands() {
    return open.size();
  }

  /** Does one thing or another. */
  void act() {
    if (connection.isEmpty()) {
      connect();
    } else if (loggedIn) {
      switch (random.nextInt(60)) {
        case 0 -> lose();
        case 1 -> begin(Wire.ABORT_TASK_SET, 0);
        case 2 -> begin(Wire.LOGICAL_UNIT_RESET, 0);
        case 3, 4 -> open.stream().findAny().ifPresent(tag -> begin(Wire.ABORT_TASK, tag));
        case 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 -> command();
        default -> sendSome();
      }
    }
  }

  private void connect() {
    Initiator initiator = new Initiator(sessions, limits);
    connection = Optional.of(initiator);
    immediateData = random.nextBoolean();
    initialR2t = random.nextBoolean();
    firstBurstBytes = 512 << random.nextInt(4);
    initiator.send(
        Initiator.loginBytes(
            isid,
            "ImmediateData",
            immediateData ? "Yes" : "No",
            "InitialR2T",
            initialR2t ? "Yes" : "No",
            "FirstBurstLength",
            Integer.toString(firstBurstBytes),
            "MaxBurstLength",
            Integer.toString(firstBurstBytes << random.nextInt(2)),
            "MaxOutstandingR2T",
            Integer.toString(1 + random.nextInt(4))));
  }

  /** Goes away without a word. */
  void lose() {
    connection.ifPresent(Initiator::close);
    connection = Optional.empty();
    loggedIn = false;
    function = Optional.empty();
    open.clear();
    forgiven.clear();
    asked.clear();
  }

  /** One function at a time, and no commands meanwhile. */
  private void begin(int code, int tag) {
    if (function.isEmpty()) {
      function = Optional.of(new Function(code, tag));
      lastTag++;
      connection.orElseThrow().function(code, lastTag, tag);
    }
  }

  private void command() {
    Initiator initiator = connection.orElseThrow();
    if (function.isPresent() || initiator.nextCommandSn() - maximumSn > 0) {
      return;
    }
    lastTag++;
    int opcode = OPCODES[random.nextInt(OPCODES.length)];
    int blocks = 1 + random.nextInt(MOST_BLOCKS);
    int block = firstBlock + random.nextInt(TargetSimulationTest.PART_BLOCKS - blocks);
    boolean long16 = opcode == 0x8b || opcode == 0x93;
    String cdb =
        long16
            ? "%02x 00 %016x %08x 00 00".formatted(opcode, block, blocks)
            : "%02x 00 %08x 00 %04x 00".formatted(opcode, block, blocks);
    int bytes =
        switch (opcode) {
          case 0x2f -> 0;
          case 0x93 -> BLOCK_BYTES;
          default -> blocks * BLOCK_BYTES;
        };
    open.add(lastTag);
    boolean reads = opcode == 0x28;
    if (reads || bytes == 0) {
      int flags = Wire.FINAL | (reads ? Wire.READ : 0);
      initiator.command(initiator.order(), flags, lastTag, bytes, cdb);
      return;
    }
    int first = Math.min(firstBurstBytes, bytes);
    int immediate = immediateData && random.nextBoolean() ? random.nextInt(first + 1) : 0;
    boolean more = !initialR2t && immediate < first && random.nextBoolean();
    if (more) {
      expect(lastTag, new Asked(Wire.NO_TAG, immediate, first));
    }
    int flags = Wire.WRITE | (more ? 0 : Wire.FINAL);
    initiator.command(initiator.order(), flags, lastTag, bytes, cdb, filled(lastTag, immediate));
  }

  private static byte[] filled(int tag, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) tag);
    return bytes;
  }

  private void expect(int tag, Asked data) {
    asked.computeIfAbsent(tag, t -> new ArrayDeque<>()).add(data);
  }

  /** Sends a piece of something that was asked for. */
  void sendSome() {
    List<Map.Entry<Integer, Deque<Asked>>> all = new ArrayList<>(asked.entrySet());
    if (all.isEmpty() || !loggedIn) {
      return;
    }
    Map.Entry<Integer, Deque<Asked>> chosen = all.get(random.nextInt(all.size()));
    int tag = chosen.getKey();
    Deque<Asked> bursts = chosen.getValue();
    Asked burst = bursts.getFirst();
    int left = burst.end - burst.offset;
    int bytes =
        switch (random.nextInt(4)) {
          case 0 -> 1;
          case 1 -> 1 + random.nextInt(Math.min(left, 100));
          default -> Math.min(left, limits.dataSegmentBytes());
        };
    boolean last = bytes == left;
    connection
        .orElseThrow()
        .send(
            new InitiatorPdu.DataOut(
                last,
                tag,
                burst.transferTag,
                burst.sn,
                burst.offset,
                Unpooled.wrappedBuffer(filled(tag, bytes))));
    burst.offset += bytes;
    burst.sn++;
    if (last) {
      bursts.removeFirst();
      if (bursts.isEmpty()) {
        asked.remove(tag);
      }
    }
  }

  /**
   * Takes what was answered; {@code clean} is to hold whenever the target says that nothing of what
   * this initiator began before is under way.
   */
  void listen(Runnable clean) {
    if (connection.isEmpty()) {
      return;
    }
    for (Initiator.Answer each : connection.get().answers()) {
      maximumSn = each.header().getInt(32);
      switch (each.opcode()) {
        case Wire.LOGIN_RESPONSE -> {
          assertThat(each.header().getUnsignedShort(36)).isZero();
          loggedIn = true;
          clean.run();
        }
        case Wire.READY_TO_TRANSFER -> {
          int offset = each.header().getInt(40);
          int end = offset + each.header().getInt(44);
          expect(each.tag(), new Asked(each.header().getInt(20), offset, end));
        }
        case Wire.SCSI_RESPONSE -> ended(each.tag());
        case Wire.DATA_IN -> {
          if ((each.header().getByte(1) & Wire.STATUS_FOLLOWS) != 0) {
            ended(each.tag());
          }
        }
        case Wire.TASK_MANAGEMENT_RESPONSE -> functionEnded(each.header().getByte(2), clean);
        default -> throw new AssertionError("opcode " + each.opcode());
      }
    }
    assertThat(connection.get().isOpen()).as("connected").isTrue();
  }

  private void ended(int tag) {
    assertThat(open.remove(tag) || forgiven.remove(tag)).as("one answer to " + tag).isTrue();
    asked.remove(tag);
  }

  private void functionEnded(int response, Runnable clean) {
    Function ended = function.orElseThrow();
    function = Optional.empty();
    if (ended.code == Wire.ABORT_TASK) {
      if (!forgiven.remove(ended.task)) {
        boolean wasThere = open.remove(ended.task);
        assertThat(response).isEqualTo(wasThere ? Wire.FUNCTION_COMPLETE : Wire.NO_TASK);
      }
    } else {
      assertThat(response).isEqualTo(Wire.FUNCTION_COMPLETE);
      open.clear();
      asked.clear();
      clean.run();
    }
  }

  /** Another has reset the unit: what was under way may never be answered. */
  void forgive() {
    forgiven.addAll(open);
    open.clear();
  }

  /** Whether it has asked for a reset that has not ended. */
  boolean resets() {
    return function.filter(each -> each.code == Wire.LOGICAL_UNIT_RESET).isPresent();
  }

  boolean waitsForFunction() {
    return function.isPresent();
  }
}
