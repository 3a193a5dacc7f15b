package io.virga.blockstore.scsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.virga.blockstore.scsi.ReservationTable.Effect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** PERSISTENT RESERVE IN and OUT (SPC-4 §6.15, §6.16): from bytes to the table and back. */
final class PersistentReservations {

  private static final int PARAMETER_BYTES = 24;
  private static final int SPECIFY_INITIATORS = 8;
  private static final int ALL_PORTS = 4;
  private static final int THROUGH_POWER_LOSS = 1;
  private static final int UNREGISTER = 2;
  private static final int TYPE_MASK = 0xea01;

  private final ReservationTable table;

  PersistentReservations(ReservationTable table) {
    this.table = table;
  }

  /** The reply's bytes. */
  void in(int action, ByteBuf out) {
    switch (action) {
      case 0 -> readKeys(out);
      case 1 -> readReservation(out);
      case 2 -> capabilities(out);
      default -> fullStatus(out);
    }
  }

  private void readKeys(ByteBuf out) {
    out.writeInt(table.generation()).writeInt(table.keys().size() * Long.BYTES);
    table.keys().values().forEach(out::writeLong);
  }

  private void readReservation(ByteBuf out) {
    out.writeInt(table.generation());
    if (table.held().isEmpty()) {
      out.writeInt(0);
      return;
    }
    ReservationTable.Held held = table.held().get();
    Long key = table.keys().get(held.holder());
    out.writeInt(16).writeLong(held.type().heldByAll() || key == null ? 0 : key);
    out.writeZero(5).writeByte(held.type().code()).writeZero(2);
  }

  private void capabilities(ByteBuf out) {
    out.writeShort(8).writeByte(SPECIFY_INITIATORS | THROUGH_POWER_LOSS);
    out.writeByte(0x80 | (table.persistent() ? THROUGH_POWER_LOSS : 0));
    out.writeShort(TYPE_MASK).writeShort(0);
  }

  private void fullStatus(ByteBuf out) {
    int start = out.writerIndex();
    out.writeInt(table.generation()).writeInt(0);
    for (Map.Entry<NexusName, Long> each : table.keys().entrySet()) {
      boolean holder = table.isHolder(each.getKey());
      int type = holder ? table.held().map(held -> held.type().code()).orElse(0) : 0;
      String port = each.getKey().initiator();
      out.writeLong(each.getValue()).writeInt(0).writeByte(holder ? 1 : 0).writeByte(type);
      out.writeInt(0).writeShort(UnitIdentity.TARGET_PORT);
      out.writeInt(TransportId.paddedBytes(port));
      TransportId.encode(port, out);
    }
    out.setInt(start + 4, out.writerIndex() - start - 8);
  }

  /** Carries out the command. */
  Effect out(Command.PersistentOut command, Task task) {
    boolean move = command.action() == 7;
    if (command.length() < PARAMETER_BYTES) {
      return Effect.check(Sense.PARAMETER_LIST_LENGTH);
    }
    ByteBuf list = task.dataOut().joined(0, (int) command.length(), PooledByteBufAllocator.DEFAULT);
    try {
      boolean specifies = !move && (list.getByte(at(list, 20)) & SPECIFY_INITIATORS) != 0;
      if (!move && !specifies && command.length() != PARAMETER_BYTES) {
        return Effect.check(Sense.PARAMETER_LIST_LENGTH);
      }
      return out(command, task.nexus().name(), list);
    } finally {
      list.release();
    }
  }

  private static int at(ByteBuf list, int offset) {
    return list.readerIndex() + offset;
  }

  private Effect out(Command.PersistentOut command, NexusName name, ByteBuf list) {
    long key = list.getLong(at(list, 0));
    long actionKey = list.getLong(at(list, 8));
    Optional<ReservationType> type = ReservationType.of(command.type());
    boolean needsType =
        switch (command.action()) {
          case 1, 2, 4, 5 -> true;
          default -> false;
        };
    if (needsType && (command.scope() != 0 || type.isEmpty())) {
      return Effect.check(Sense.INVALID_FIELD_IN_CDB);
    }
    return switch (command.action()) {
      case 0, 6 -> register(command.action() == 6, name, list);
      case 1 -> table.reserve(name, key, type.orElseThrow());
      case 2 -> table.release(name, key, type.orElseThrow());
      case 3 -> table.clear(name, key);
      case 4, 5 -> table.preempt(name, key, actionKey, type.orElseThrow());
      default -> move(name, list);
    };
  }

  private Effect register(boolean ignore, NexusName name, ByteBuf list) {
    long key = list.getLong(at(list, 0));
    long newKey = list.getLong(at(list, 8));
    int flags = list.getByte(at(list, 20));
    boolean aptpl = (flags & THROUGH_POWER_LOSS) != 0;
    boolean specifies = (flags & SPECIFY_INITIATORS) != 0;
    if ((flags & ALL_PORTS) != 0 || (specifies && (ignore || table.keys().containsKey(name)))) {
      return Effect.check(Sense.INVALID_FIELD_IN_PARAMETERS);
    }
    List<NexusName> others = new ArrayList<>();
    if (specifies && !readInitiators(list, name.target(), others)) {
      return Effect.check(Sense.INVALID_FIELD_IN_PARAMETERS);
    }
    if (newKey != 0 && !hasRoomFor(name, others)) {
      return Effect.check(Sense.INSUFFICIENT_RESOURCES);
    }
    Effect effect = table.register(name, key, newKey, ignore, aptpl);
    if (newKey != 0 && effect.result().equals(Result.GOOD)) {
      others.forEach(other -> table.register(other, 0, newKey, true, aptpl));
    }
    return effect;
  }

  private boolean hasRoomFor(NexusName name, List<NexusName> others) {
    Set<NexusName> all = new HashSet<>(others);
    all.add(name);
    all.addAll(table.keys().keySet());
    return all.size() <= ReservationTable.MAXIMUM_REGISTRATIONS;
  }

  private static boolean readInitiators(ByteBuf list, String target, List<NexusName> into) {
    int end = at(list, list.readableBytes());
    int at = at(list, PARAMETER_BYTES) + Integer.BYTES;
    if (at > end || list.getUnsignedInt(at - Integer.BYTES) != end - at) {
      return false;
    }
    while (at < end && into.size() < ReservationTable.MAXIMUM_REGISTRATIONS) {
      Optional<String> initiator = TransportId.decode(list, at, end);
      if (initiator.isEmpty()) {
        return false;
      }
      into.add(new NexusName(initiator.get(), target));
      at += TransportId.lengthBytes(list, at, end);
    }
    return at == end;
  }

  private Effect move(NexusName name, ByteBuf list) {
    int end = at(list, list.readableBytes());
    int flags = list.getByte(at(list, 17));
    int port = list.getUnsignedShort(at(list, 18));
    Optional<String> initiator = TransportId.decode(list, at(list, PARAMETER_BYTES), end);
    if (initiator.isEmpty() || port != UnitIdentity.TARGET_PORT) {
      return Effect.check(Sense.INVALID_FIELD_IN_PARAMETERS);
    }
    return table.move(
        name,
        list.getLong(at(list, 0)),
        new NexusName(initiator.get(), name.target()),
        list.getLong(at(list, 8)),
        new ReservationTable.MoveOptions(
            (flags & UNREGISTER) != 0, (flags & THROUGH_POWER_LOSS) != 0));
  }
}
