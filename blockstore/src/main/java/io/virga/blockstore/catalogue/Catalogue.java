package io.virga.blockstore.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A durable ordered store of small values. Its methods block. */
public interface Catalogue extends AutoCloseable {

  /** What a value belongs to; the first byte of its key. */
  enum Table {
    META('M'),
    VOLUME('V'),
    ROOT('R'),
    PAGE('P');

    private final char letter;

    Table(char letter) {
      this.letter = letter;
    }

    byte prefix() {
      return (byte) letter;
    }
  }

  /** One value. */
  Optional<byte[]> get(Table table, long id);

  /** All values of a table in ascending order of their ids. */
  void forEach(Table table, RowConsumer consumer);

  /** Writes all of it durably, or nothing. */
  void write(Changes changes);

  @Override
  void close();

  /** Takes one value after another. */
  @FunctionalInterface
  interface RowConsumer {
    void accept(long id, byte[] value);
  }

  /** A value to set. */
  record Put(Table table, long id, byte[] value) {}

  /** A value to remove. */
  record Removal(Table table, long id) {}

  /** What is written together. Built by one thread, then given away. */
  final class Changes {
    private final List<Put> puts = new ArrayList<>();
    private final List<Removal> removals = new ArrayList<>();

    public Changes put(Table table, long id, byte[] value) {
      puts.add(new Put(table, id, value));
      return this;
    }

    public Changes remove(Table table, long id) {
      removals.add(new Removal(table, id));
      return this;
    }

    public List<Put> puts() {
      return puts;
    }

    public List<Removal> removals() {
      return removals;
    }
  }
}
