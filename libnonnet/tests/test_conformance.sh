#!/bin/sh
# The generated table in docs says what the scripts of this tree cover.
exec /usr/bin/python3 "$(dirname "$0")/conformance.py" --check
