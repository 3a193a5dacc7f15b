package io.virga.blockstore.scsi;

/** Whether a command that came may run. */
public sealed interface Admission {

  /** It may, once its Data-Out is there. */
  record Ready(Command command) implements Admission {}

  /** It has ended already. */
  record Refused(Result result) implements Admission {}
}
