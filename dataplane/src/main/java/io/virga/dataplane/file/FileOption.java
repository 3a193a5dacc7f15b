package io.virga.dataplane.file;

/** How a file is opened; it is always opened for reading. */
public enum FileOption {
  /** For writing too. */
  WRITE,
  /** Made (mode 0600) if it is not there. */
  CREATE,
  /** Made (mode 0600); fails if it is there. */
  CREATE_NEW,
  /** Past the page cache: offsets, lengths and addresses are multiples of 4096. */
  DIRECT
}
