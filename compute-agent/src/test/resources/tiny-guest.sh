#!/bin/sh
# Makes a small bootable disk: syslinux on FAT, a Debian cloud kernel, busybox. Usage: tiny-guest.sh FOLDER
# The guest counts on its serial console, repeats what it hears there, writes the count to vdb and vdc while they are there, and
# switches itself off at the power button or when its root disk says so.
set -eu
folder=$1
mkdir -p "$folder"
cd "$folder"
package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
[ -d kernel ] || { apt-get download -qq "$package" && dpkg -x "$package"_*.deb kernel.new && mv kernel.new kernel; }
version=$(ls kernel/lib/modules)
modules=kernel/lib/modules/$version/kernel/drivers
rm -rf root && mkdir -p root/bin root/m root/tmp
cp /bin/busybox root/bin/busybox
for module in virtio/virtio_ring virtio/virtio virtio/virtio_pci_modern_dev virtio/virtio_pci_legacy_dev \
  virtio/virtio_pci block/virtio_blk input/evdev acpi/button scsi/scsi_common scsi/scsi_mod ata/libata ata/ata_piix \
  cdrom/cdrom scsi/sr_mod; do
  [ ! -f "$modules/$module.ko" ] || cp "$modules/$module.ko" root/m/
done
cat > root/init <<'INIT'
#!/bin/busybox sh
B=/bin/busybox
$B mkdir -p /proc /sys /dev
$B mount -t proc proc /proc
$B mount -t sysfs sysfs /sys
$B mount -t devtmpfs devtmpfs /dev 2>/dev/null
for m in virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci virtio_blk evdev button \
  scsi_common scsi_mod libata ata_piix cdrom sr_mod; do
  [ ! -f /m/$m.ko ] || $B insmod /m/$m.ko
done
echo "GUEST-UP $($B cat /proc/sys/kernel/random/boot_id) $($B cat /sys/class/dmi/id/product_uuid)"
for event in /dev/input/event*; do
  ( $B dd if=$event bs=24 count=1 of=/dev/null 2>/dev/null && { echo POWER-BUTTON; $B poweroff -f; } ) &
done
while read -r line; do echo "HEARD $line"; done < /dev/console &
[ ! -b /dev/sr0 ] || echo "CONFIG-DRIVE $($B dd if=/dev/sr0 bs=1 skip=32808 count=8 2>/dev/null)"
n=0
while :; do
  n=$((n + 1))
  echo "TICK $n"
  for d in vdb vdc; do
    [ -b /dev/$d ] || continue
    echo "count $n" > /tmp/count
    $B dd if=/tmp/count of=/dev/$d bs=512 count=1 conv=fsync 2>/tmp/error && echo "WROTE $d $n" || echo "IO-ERROR $d"
    case "$($B dd if=/dev/$d bs=512 skip=1 count=1 2>/dev/null)" in HALT*) echo HALTING; $B poweroff -f ;; esac
  done
  $B sleep 0.5
done
INIT
chmod +x root/init
(cd root && find . | cpio -o -H newc 2>/dev/null | gzip -1 > ../initrd.gz)
rm -f disk.img.new
truncate -s 48M disk.img.new
mkfs.vfat -F 16 disk.img.new > /dev/null
printf 'SERIAL 0 115200\nDEFAULT l\nPROMPT 0\nLABEL l\n KERNEL vmlinuz\n APPEND initrd=initrd.gz console=ttyS0 quiet panic=5\n' > syslinux.cfg
mcopy -i disk.img.new "kernel/boot/vmlinuz-$version" ::vmlinuz
mcopy -i disk.img.new initrd.gz ::initrd.gz
mcopy -i disk.img.new syslinux.cfg ::syslinux.cfg
syslinux --install disk.img.new
mv disk.img.new disk.img
