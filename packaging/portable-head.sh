#!/bin/sh
# planner-gui @VERSION@, portable. Unpacks itself once into the user's cache folder and runs from there.
# PLANNER_GUI_PORTABLE names another folder for that. What it unpacks may be removed at any time; plans are elsewhere.
set -eu
umask 077
sum=@SUM@
place=${PLANNER_GUI_PORTABLE:-${XDG_CACHE_HOME:-${HOME:?no HOME, and PLANNER_GUI_PORTABLE is not set}/.cache}/planner-gui-portable}
home=$place/@VERSION@-$(printf %.12s "$sum")
fail() { printf '%s\n' "planner-gui: $*" >&2; exit 1; }

if [ ! -e "$home/planner-gui/planner-gui" ]; then
    mkdir -p "$place" || fail "$place cannot be made; PLANNER_GUI_PORTABLE=FOLDER names another place to unpack to"
    command -v xz >/dev/null || fail "xz is needed to unpack; install xz-utils"
    fresh=$(mktemp -d "$place/unpacking.XXXXXX") || fail "$place cannot be written"
    trap 'rm -rf "$fresh"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    first=$(awk '/^#payload$/ { print NR + 1; exit }' "$0")
    tail -n +"$first" "$0" >"$fresh/payload" || fail "no room in $place; nothing was changed"
    [ "$(sha256sum <"$fresh/payload" | cut -d' ' -f1)" = "$sum" ] || fail "this file is damaged: get it again"
    xz -dc "$fresh/payload" | tar -C "$fresh" -xf - || fail "no room in $place; nothing was changed"
    rm "$fresh/payload"
    # Whoever comes second finds the first one's; what is half unpacked is never run.
    mv -T "$fresh" "$home" 2>/dev/null || [ -e "$home/planner-gui/planner-gui" ] || fail "$home cannot be made"
    [ ! -e "$fresh" ] || rm -rf "$fresh"
    trap - EXIT
fi
exec "$home/planner-gui/planner-gui" "$@"
exit
#payload
