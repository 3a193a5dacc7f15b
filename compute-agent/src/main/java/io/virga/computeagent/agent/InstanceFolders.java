package io.virga.computeagent.agent;

import io.virga.computeagent.configdrive.ConfigDrive;
import io.virga.computeagent.domain.HostFacts;
import io.virga.dataplane.desired.InstanceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folders of the instances on this host's disk, mode 0700. */
final class InstanceFolders implements InstanceFiles {

  private final HostFacts facts;
  private final ConfigDrive configDrive;

  InstanceFolders(HostFacts facts, ConfigDrive configDrive) {
    this.facts = facts;
    this.configDrive = configDrive;
  }

  @Override
  public void prepare(InstanceSpec spec) {
    try {
      Path folder = facts.instanceDirectory(spec.id());
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (spec.configDrive().isPresent()) {
        configDrive.write(
            spec.configDrive().get().metadata(), spec.nics(), facts.configDrive(spec.id()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of instance " + spec.id(), e);
    }
  }

  @Override
  public void delete(String instanceId) {
    try {
      ConfigDrive.deleteTree(facts.instanceDirectory(instanceId));
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of instance " + instanceId, e);
    }
  }
}
