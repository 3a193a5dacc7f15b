package io.virga.blockstore.catalogue;

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
  default void forEach(Table table, RowConsumer consumer) {
    scan(table, 0, Integer.MAX_VALUE, consumer);
  }

  /**
   * Some values of a table in ascending order of their ids, from an id on.
   *
   * @return how many
   */
  int scan(Table table, long fromId, int maximumRows, RowConsumer consumer);

  /** None yet; to be given to {@link #write}. Does not block. */
  Changes changes();

  /** Writes all of it durably, or nothing; the changes are gone then. */
  void write(Changes changes);

  @Override
  void close();

  /** Takes one value after another. */
  @FunctionalInterface
  interface RowConsumer {
    void accept(long id, byte[] value);
  }

  /** What is written together. Built by one thread, then given away. */
  interface Changes {

    /** Sets a value; the bytes are not kept. */
    Changes put(Table table, long id, byte[] value);

    Changes remove(Table table, long id);
  }
}
