#!/bin/sh
# Runs the README's two commands on a bare Debian 12: a root with nothing but python3 and git, made by debootstrap.
#
#     packaging/check-bare-debian.sh WORK_FOLDER [MIRROR]
#
# Needs root and debootstrap. Checks what is committed (HEAD). The bare root is made once in WORK_FOLDER and copied for
# each check, so every check starts bare. Of this machine it takes the DNS server, the root certificates that its owner
# added, apt's Acquire settings, and the variables PIP_CERT and PIP_INDEX_URL; nothing else. Everything it mounts is
# unmounted when it ends. The demo is started without a screen first (it must say so in one line), then offscreen, and
# must still run after DEMO_SECONDS (10); then the tests run, inside 15 minutes; then the demo must open a window on a
# display; and the tests run once more, installing nothing.
set -eu

[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "check-bare-debian: needs root (chroot, mounts)" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "check-bare-debian: install debootstrap" >&2; exit 1; }

mkdir -p "$1"
work=$(cd "$1" && pwd)
project=$(cd "$(dirname "$0")/.." && pwd)
base=$work/base
root=$work/root
project_in_root=/root/planner-gui

say() { printf '%s %s\n' "## $(date +%T)" "$*"; }
fail() { printf '%s\n' "check-bare-debian: $*" >&2; exit 1; }

unmount_all() {
    for place in dev/shm dev/pts dev proc; do
        if mountpoint -q "$root/$place"; then umount "$root/$place" || umount -l "$root/$place"; fi
    done
}

finish() {
    [ -z "${demo:-}" ] || kill "$demo" 2>/dev/null || true
    unmount_all
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

make_base() {
    [ -e "$work/base.whole" ] && return 0
    say "Making a bare Debian 12"
    rm -rf "$base"
    debootstrap --variant=minbase --include=python3,git bookworm "$base" ${2:+"$2"} >"$work/debootstrap.log" 2>&1 ||
        fail "debootstrap failed, see $work/debootstrap.log"
    touch "$work/base.whole"
}

copy_base() {
    unmount_all
    rm -rf --one-file-system "$root"
    cp -a --reflink=auto "$base" "$root"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    mkdir -p "$root/usr/local/share/ca-certificates"
    find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$root/usr/local/share/ca-certificates/" \;
    for settings in /etc/apt/apt.conf.d/*; do
        ! grep -q '^Acquire::' "$settings" || cp "$settings" "$root/etc/apt/apt.conf.d/"
    done
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mkdir -p "$root/dev/pts" "$root/dev/shm"
    mount --bind /dev/pts "$root/dev/pts"
    mount -t tmpfs tmpfs "$root/dev/shm"
}

clone_project() {
    git clone --quiet --no-hardlinks --no-local "file://$project" "$root$project_in_root" ||
        fail "git clone failed"
    say "Checking $(git -C "$root$project_in_root" log -1 --format='%h %s')"
}

# Runs a shell line in the project's clone, with an empty environment and standard input closed.
inside() { # $1: the line
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 CI=true \
        ${PIP_CERT:+PIP_CERT="$PIP_CERT"} ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} \
        /bin/sh -c "cd $project_in_root && $1" <&-
}

seconds_since() { echo $(($(date +%s) - $1)); }

# The commands under test are the README's, read from its first fenced block.
command_number() { sed -n '/^```/,/^```/p;' "$project/README.md" | sed -n "$(($1 + 1))p"; }

check_demo() {
    line=$(command_number 1)
    started=$(date +%s)
    say "$line (no screen: it must say so in one line and exit 1)"
    code=0
    inside "$line" >"$work/demo-no-screen.log" 2>&1 || code=$?
    grep -v '^==' "$work/demo-no-screen.log" || true
    [ "$code" = 1 ] || fail "without a screen the demo ended with $code, see $work/demo-no-screen.log"
    ! grep -q Traceback "$work/demo-no-screen.log" || fail "a traceback, see $work/demo-no-screen.log"
    say "set up in $(seconds_since "$started") s"
    say "QT_QPA_PLATFORM=offscreen $line"
    inside "QT_QPA_PLATFORM=offscreen exec $line" >"$work/demo.log" 2>&1 &
    demo=$!
    for _ in $(seq "${DEMO_SECONDS:-10}"); do
        sleep 1
        kill -0 "$demo" 2>/dev/null || fail "the demo ended by itself: $(tail -n 5 "$work/demo.log")"
    done
    kill "$demo"
    code=0
    wait "$demo" || code=$?
    demo=
    ! grep -q Traceback "$work/demo.log" || fail "a traceback of the demo, see $work/demo.log"
    say "the demo ran for ${DEMO_SECONDS:-10} s, and ended with $code when asked to"
}

check_tests() {
    line=$(command_number 2)
    started=$(date +%s)
    say "$line"
    inside "timeout 900 $line" >"$work/test.log" 2>&1 || { tail -n 40 "$work/test.log"; fail "failed: $line"; }
    tail -n 4 "$work/test.log"
    say "$line: $(seconds_since "$started") s"
}

# What the tests brought along has a display: there the demo must open a real window.
check_window() {
    line=$(command_number 1)
    say "$line (on a display)"
    inside ".venv/bin/python -m tests.desktop sh -c '
        $line >/tmp/demo-window.log 2>&1 & demo=\$!
        timeout 60 xdotool search --sync --onlyvisible --name planner-gui getwindowname; code=\$?
        kill \$demo; wait; exit \$code'" || fail "no window: $(tail -n 5 "$root/tmp/demo-window.log")"
}

make_base "$@"
copy_base
clone_project
check_demo
check_tests
check_window
started=$(date +%s)
say "A second time"
inside ".ci/run" >"$work/second.log" 2>&1 || fail "the second run failed, see $work/second.log"
! grep -q Installing "$work/second.log" || fail "the second run installed again, see $work/second.log"
say "the second run: $(seconds_since "$started") s"
say "A bare Debian 12 runs both commands"
