#!/bin/sh
# uml_init.sh: the first process of user-mode-linux: lays a memory file system over the host's files, which it may only read,
# and goes on with systemd in there. What the host's user can't read of accounts is made up.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
here=${0%/*}
. "$here/uml.conf"
mount -t proc proc /proc
mount -t sysfs sysfs /sys
insmod "$overlay"
mount -t tmpfs -o size=384m,mode=755 none /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o "lowerdir=$lower,upperdir=/mnt/upper,workdir=/mnt/work" none /mnt/root
umask 077
rm -f /mnt/root/etc/shadow /mnt/root/etc/gshadow /mnt/root/etc/.pwd.lock
echo 'root:*:20000:0:99999:7:::' >/mnt/root/etc/shadow
echo 'root:*::' >/mnt/root/etc/gshadow
umask 022
"$here/furnish.sh" /mnt/root "$here/stage"
: >/mnt/root/garaged/uml
mount -t hostfs -o "$here/out" none /mnt/root/garaged-out
mount -t tmpfs -o mode=1777 none /mnt/root/tmp
umount /proc /sys
exec switch_root /mnt/root /lib/systemd/systemd
