package io.virga.control.image.model;

/** A way in which bytes come to an image: from which status, and by which. */
public enum Intake {
  UPLOAD(Image.QUEUED, "saving"),
  /** For an import that comes later. */
  STAGE(Image.QUEUED, Image.UPLOADING),
  IMPORT_STAGED(Image.UPLOADING, "importing"),
  IMPORT(Image.QUEUED, "importing");

  private final String from;
  private final String by;

  Intake(String from, String by) {
    this.from = from;
    this.by = by;
  }

  /** The status in which it may begin. */
  public String from() {
    return from;
  }

  /** The status while it goes on. */
  public String by() {
    return by;
  }
}
