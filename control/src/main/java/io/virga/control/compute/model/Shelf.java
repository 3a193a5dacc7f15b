package io.virga.control.compute.model;

/** Whether a server is put away. Its disks and ports stay where they are in any case. */
public enum Shelf {
  NONE,
  /** It is off, or on its way to be, and its host keeps its place. */
  SHELVED,
  /** Its host knows nothing of it; its place has been given back. */
  OFFLOADED
}
