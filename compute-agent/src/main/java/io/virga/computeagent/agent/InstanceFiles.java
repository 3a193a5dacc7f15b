package io.virga.computeagent.agent;

import io.virga.dataplane.desired.InstanceSpec;

/** The folder of an instance. Blocks. */
interface InstanceFiles {

  /** Makes the folder, and the config drive if the instance has one. */
  void prepare(InstanceSpec spec);

  /** Removes the folder with all that is in it, if it is there. */
  void delete(String instanceId);
}
