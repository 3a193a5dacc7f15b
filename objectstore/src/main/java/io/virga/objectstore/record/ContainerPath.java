package io.virga.objectstore.record;

/** Where a container is in the namespace. */
public record ContainerPath(String account, String container) {

  /** An object in this container. */
  public ObjectPath object(String name) {
    return new ObjectPath(account, container, name);
  }

  @Override
  public String toString() {
    return "/" + account + "/" + container;
  }
}
