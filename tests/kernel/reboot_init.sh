#!/bin/sh
# The first process of the guest that reboot_ground.py boots: mounts what there is, runs the service of the ground, and
# reboots when somebody asked for it meanwhile; else it powers off. LAB_GROUND, the folder of the ground, comes from the
# kernel's command line. The root is the host's, and read-only.
export PATH="$LAB_GROUND/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export HOME=/run/home TMPDIR=/run/tmp LC_ALL=C.UTF-8 LAB_RESULTS=/mnt/results
unset BOOT_IMAGE TERM

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mountpoint -q /dev || mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tracefs tracefs /sys/kernel/tracing
mkdir -p "$TMPDIR" "$HOME" /run/systemd/system # by the last one programs tell that systemctl is there
put_up() { # put_up LABEL FOLDER: the kernel finds disks beside its start, and names them as they come
	until findfs "LABEL=$1" >/dev/null 2>&1; do sleep 0.1; done
	mount -L "$1" "$2"
}

put_up boot /boot
put_up kept /mnt

others_run() { # threads of the kernel and the dead have no program
	for program in /proc/[0-9]*/exe; do
		[ "$program" = /proc/1/exe ] || ! [ -e "$program" ] || return 0
	done
	return 1
}

boot=$(cat /proc/sys/kernel/random/boot_id)
printf '%s\t%s\t%s\n' "$boot" "$(sed -n 's/^DirectMap1G: *\([0-9]*\) kB/\1/p' /proc/meminfo)" "$(cat /proc/cmdline)" >>/mnt/boots
echo "ground: boot $(wc -l </mnt/boots) begins"

asked=''
trap 'asked=reboots' TERM # what the ground's own reboot sends
trap 'asked="powers off"' USR2
setsid sh "$LAB_GROUND/service" </dev/null &
service=$!
wait "$service"
status=$?
[ "$asked" ] || echo "ground: service ended with $status"
echo "ground: ${asked:=powers off}"

# In order, as systemd does it: whoever runs is asked to end, later made to end; then the disks are put down. GRUB does
# not replay ext4's journal: what was written to /boot is in its place only after it is unmounted.
kill -TERM -1 2>/dev/null
tenths=100
while others_run && [ "$tenths" -gt 0 ]; do
	sleep 0.1
	tenths=$((tenths - 1))
done
kill -KILL -1 2>/dev/null
cd /
umount /mnt /boot || sync
case $asked in reboots) echo b ;; *) echo o ;; esac >/proc/sysrq-trigger
while :; do read -r _; done # the root may be gone already: nothing can be started any more
