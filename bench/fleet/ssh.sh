#!/bin/sh
# ssh, as Ansible calls it, of which this machine hears only so much.
exec "$LAB_FLEET_PYTHON" -IS "${0%/*}/ear.py" ssh "$@"
