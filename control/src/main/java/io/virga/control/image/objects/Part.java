package io.virga.control.image.objects;

/** What is kept of one image. */
public enum Part {
  STAGED("staged"),
  SOURCE("source"),
  RAW_DATA("raw/data"),
  RAW_MAP("raw/map");

  private final String path;

  Part(String path) {
    this.path = path;
  }

  /** Its name below the image's. */
  public String path() {
    return path;
  }
}
