#!/bin/sh
# Before a removal, not before an upgrade: dpkg says remove, rpm says that 0 are
# left.
set -e
case "$1" in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl --no-reload disable --now disputewatch.service disputewatch-rescan.service
	fi
	;;
esac
