package io.virga.objectstore.record;

/**
 * Where an object is in the namespace. No part is empty; only the object's name may have slashes.
 */
public record ObjectPath(String account, String container, String object) {

  /** The container that it is in. */
  public ContainerPath containerPath() {
    return new ContainerPath(account, container);
  }

  @Override
  public String toString() {
    return "/" + account + "/" + container + "/" + object;
  }
}
