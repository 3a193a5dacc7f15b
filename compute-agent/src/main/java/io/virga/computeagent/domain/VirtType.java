package io.virga.computeagent.domain;

/** What runs a guest's instructions. */
public enum VirtType {
  /** The processor, through {@code /dev/kvm}. */
  KVM("kvm"),
  /** QEMU's emulation (TCG). */
  QEMU("qemu");

  private final String domainType;

  VirtType(String domainType) {
    this.domainType = domainType;
  }

  /** The {@code type} of a {@code <domain>}. */
  public String domainType() {
    return domainType;
  }
}
