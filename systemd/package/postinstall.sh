#!/bin/sh
# After an install or an upgrade: the account, its folders, and where the daemon
# runs, the new program in place of the old one. A first install starts nothing,
# for there is no config yet.
set -e
systemd-sysusers disputewatch.conf
systemd-tmpfiles --create disputewatch.conf
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	# A config that the new release refuses must not leave the package half
	# installed: systemctl says what is wrong.
	systemctl try-restart disputewatch.service || :
fi
