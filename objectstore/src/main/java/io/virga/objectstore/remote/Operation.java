package io.virga.objectstore.remote;

/** The opcodes; their numbers are on the wire. */
enum Operation {
  OBJECT,
  CONTAINER,
  ACCOUNT,
  LIST_OBJECTS,
  LIST_CONTAINERS,
  LISTINGS,
  ENTRIES,
  PROMISE,
  WRITE,
  STAGE,
  UNSTAGE,
  READ,
  COMPARE,
  EXCHANGE;

  private static final Operation[] ALL = values();

  /** The operation of an opcode that a peer sent; negative or too great is not one. */
  static boolean isKnown(int opcode) {
    return opcode >= 0 && opcode < ALL.length;
  }

  static Operation of(int opcode) {
    return ALL[opcode];
  }
}
