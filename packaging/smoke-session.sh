#!/bin/sh
# What the smoke test does on the private desktop of its bare root, as a person: smoke-test.sh runs it in
# dbus-run-session, once before the upgrade (`first`) and once after (`second`). The password of the keyring is the same
# both times: what `first` stored, `second` must find.
set -eu

fail() { echo "$*" >&2; exit 1; }

finish() {
    for one in ${program:-} ${manager:-} ${server:-} ${keyring:-}; do kill "$one" 2>/dev/null || true; done
}
trap finish EXIT

until_true() { # $1: seconds, then a command
    left=$(($1 * 5))
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.2
    done
}

start_desktop() {
    printf smoke | gnome-keyring-daemon --foreground --unlock --components=secrets >/tmp/keyring.log 2>&1 &
    keyring=$!
    until_true 30 gdbus wait --session --timeout 1 org.freedesktop.secrets || fail "no Secret Service"
    rm -rf /tmp/display /tmp/screen
    mkdir /tmp/screen
    Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp -fbdir /tmp/screen 3>/tmp/display 2>/tmp/xvfb.log &
    server=$!
    until_true 30 test -s /tmp/display || fail "no display: $(cat /tmp/xvfb.log)"
    DISPLAY=:$(cat /tmp/display)
    export DISPLAY
    openbox --sm-disable >/tmp/openbox.log 2>&1 &
    manager=$!
    until_true 30 xdotool get_num_desktops || fail "no window manager"
}

# Waits for the window, and for a picture that holds more than a bare one would: those pack to a few kilobytes.
painted() { # $1: name of the picture
    until_true 90 xdotool search --onlyvisible --name planner-gui || fail "$1: no window"
    until_true 60 much_is_drawn || fail "$1: nothing was painted"
    sleep 3 # for the picture only: what comes after the first paint
    cp /tmp/screen/Xvfb_screen0 "/smoke/pictures/$1.xwd"
}

much_is_drawn() {
    [ "$(gzip -1 </tmp/screen/Xvfb_screen0 | wc -c)" -gt 50000 ]
}

quit_program() { # by its own shortcut; must end by itself
    xdotool search --onlyvisible --name planner-gui windowactivate --sync >/dev/null 2>&1 || true
    xdotool key --clearmodifiers ctrl+q
    until_true 30 no_program || fail "it does not quit"
}

# A process of the installed program other than the sandbox; a name in ps would be cut.
no_program() {
    for one in /proc/[0-9]*; do
        case $(tr '\0' ' ' <"$one/cmdline" 2>/dev/null) in
        *planner-gui\ sandbox*) ;;
        /usr/bin/planner-gui* | planner-gui* | /usr/lib/planner-gui/planner-gui*) return 1 ;;
        esac
    done
}

first() {
    planner-gui --demo >/tmp/demo.log 2>&1 &
    program=$!
    painted demo
    quit_program
    wait "$program" || fail "the demo ended with $?: $(cat /tmp/demo.log)"
    [ ! -s /tmp/demo.log ] || fail "the demo said: $(cat /tmp/demo.log)"
    planner-gui init plan --holidays DE
    sh /smoke/connect.sh
    planner-gui sync plan
    planner-gui export plan --format json --output before.json --from 2026-11-01 --to 2027-03-31
    planner-gui plan >/tmp/window.log 2>&1 &
    program=$!
    painted workspace-before-upgrade
    quit_program
    wait "$program" || fail "the window ended with $?: $(cat /tmp/window.log)"
}

second() {
    # The menu entry, read and started by GLib as a desktop's menu does; it opens the last workspace.
    gio launch /usr/share/applications/planner-gui.desktop >/tmp/menu.log 2>&1
    painted from-the-menu
    quit_program
    [ ! -s /tmp/menu.log ] || fail "from the menu: $(cat /tmp/menu.log)"
    planner-gui send plan --all
    planner-gui changes plan --json >changes.json
    planner-gui sync plan
    planner-gui export plan --format json --output after.json --from 2026-11-01 --to 2027-03-31
    planner-gui doctor plan
}

start_desktop
"$1"
