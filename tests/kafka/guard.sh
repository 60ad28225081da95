#!/bin/sh
# Runs a server for a test and outlives it by a moment: guard.sh DATA_FOLDER COMMAND...
#
# Orders come in, one a line: START, or the name of a signal for the server. Each is answered with a line when it is
# carried out. When the orders end (the kernel closes our standard input, however the test ended), the server is
# killed and its data folder removed.
data=$1
shift
# The shell's own remarks (that the server was killed) belong there too.
exec 2>>"$data/server.log"

start() {
  "$@" >&2 &
  server=$!
}

start "$@"
while read -r order; do
  case $order in
    START) start "$@" ;;
    KILL) kill -s KILL "$server"; wait "$server" ;;
    *) kill -s "$order" "$server" ;;
  esac
  echo "$order"
done
kill -s KILL "$server"
wait "$server"
rm -rf "$data"
