package io.virga.objectstore.cluster;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;

/** Where things are, by the rings as they are now. */
public interface Topology {

  Slots account(String account);

  Slots container(ContainerPath path);

  Slots object(int policy, ObjectPath path);

  /** Whether there is a storage policy with this number. */
  boolean hasPolicy(int policy);

  /** The policy of containers that ask for none. */
  int defaultPolicy();

  /** Whether all objects are of the same policy. */
  boolean hasOnePolicy();
}
