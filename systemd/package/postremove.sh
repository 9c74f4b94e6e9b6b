#!/bin/sh
# After a removal the config, the secrets and the case book stay. dpkg's purge
# takes them away too; rpm knows no purge. The account stays: its number must not
# go to somebody else who would find files of it. A case book in PostgreSQL is
# that database's own.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
if [ "$1" = purge ]; then
	rm -rf /etc/disputewatch /var/lib/disputewatch
	rm -f /etc/systemd/system/multi-user.target.wants/disputewatch.service
fi
