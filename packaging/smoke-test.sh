#!/bin/sh
# Installs the .deb into a bare Debian 12 without Python, and uses it there as a person would.
#
#     packaging/smoke-test.sh WORK_FOLDER [MIRROR]
#
# Needs root, debootstrap, python3, and what build-deb.sh needs. Builds this tree, and from it the same as 0.0.1, and goes: the
# older one installed by apt; the demo painted; connect and sync against `planner-gui sandbox`; an edit kept pending; upgraded;
# opened from its menu entry; the edit sent and read back; root and planted code refused; quit; purged, leaving the
# user's files and nothing else. Screenshots and logs are in WORK_FOLDER/results. The bare root is made once and
# copied for each run. SMOKE_KEEP_PACKAGES=1 uses the packages of the last run again. Of this machine it takes the DNS
# server, root certificates that its owner added, and apt's Acquire settings. What it mounts and starts ends with it.
set -eu

[ $# -ge 1 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "smoke-test: needs root (chroot, mounts)" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "smoke-test: install debootstrap" >&2; exit 1; }

mkdir -p "$1"
work=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
base=$work/base
root=$work/root
results=$work/results
old_version=0.0.1
today=2026-11-20
# What a person's desktop has, and what looks at it.
desktop="xvfb xauth libstartup-notification0 libobt2v5 libobrender32v5 dbus-daemon dbus-bin gnome-keyring libglib2.0-bin xdotool"

say() { printf '%s %s\n' "## $(date +%T)" "$*"; }
fail() { printf '%s\n' "smoke-test: $*" >&2; exit 1; }

unmount_all() {
    for place in dev/shm dev/pts dev proc; do
        if mountpoint -q "$root/$place"; then umount "$root/$place" || umount -l "$root/$place"; fi
    done
}

finish() {
    stop_sandbox
    [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
    unmount_all
}

stop_sandbox() {
    [ -z "${sandbox:-}" ] || { kill "$sandbox" 2>/dev/null && wait "$sandbox" 2>/dev/null || true; }
    sandbox=
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- the bare root ------------------------------------------------------------------------------------------------

make_base() {
    [ -e "$work/base.whole" ] && return 0
    say "Making a bare Debian 12"
    rm -rf "$base"
    debootstrap --variant=minbase bookworm "$base" ${1:+"$1"} >"$work/debootstrap.log" 2>&1 ||
        fail "debootstrap failed, see $work/debootstrap.log"
    touch "$work/base.whole"
}

copy_base() {
    unmount_all
    rm -rf --one-file-system "$root"
    cp -a --reflink=auto "$base" "$root"
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    mkdir -p "$root/usr/local/share/ca-certificates" "$root/smoke"
    find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$root/usr/local/share/ca-certificates/" \;
    for settings in /etc/apt/apt.conf.d/*; do
        ! grep -q '^Acquire::' "$settings" || cp "$settings" "$root/etc/apt/apt.conf.d/"
    done
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mkdir -p "$root/dev/pts" "$root/dev/shm"
    mount --bind /dev/pts "$root/dev/pts"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
}

# A shell line in the root, with an empty environment and standard input closed: as root, or as the person.
as_root() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive /bin/sh -c "$1" <&-; }
as_person() { chroot --userspec=planner:planner "$root" /usr/bin/env -i HOME=/home/planner USER=planner LANG=C.UTF-8 \
    PATH=/usr/bin:/bin XDG_RUNTIME_DIR=/run/user/1000 PLANNER_GUI_TODAY="$today" \
    /bin/sh -c "cd /home/planner && $1" <&-; }
# The same, on a private desktop: session bus, Secret Service, display, window manager.
on_desktop() { as_person "dbus-run-session -- sh /smoke/smoke-session.sh $1" >>"$results/session.log" 2>&1 ||
    fail "$1: $(tail -n 3 "$results/session.log")"; }

build_packages() {
    if [ -z "${SMOKE_KEEP_PACKAGES:-}" ] || [ ! -e "$work/packages.whole" ]; then
        rm -f "$work/packages.whole" "$work/packages"/*.deb "$work/old.deb"
        say "Building the package"
        PLANNER_GUI_UNCHECKED=1 nice -n 10 "$here/build-deb.sh" "$work/packages" >"$results/build.log" 2>&1 ||
            fail "the package was not built, see $results/build.log"
        make_old >>"$results/build.log" 2>&1 || fail "the package of $old_version was not made, see $results/build.log"
        touch "$work/packages.whole"
    fi
    cp "$work/packages"/planner-gui_*.deb "$root/smoke/new.deb"
    cp "$work/old.deb" "$root/smoke/old.deb"
}

# This tree as an older version: the same files, but for the module that says the version, compiled anew.
make_old() {
    tree=$work/old
    rm -rf "$tree"
    dpkg-deb -R "$work/packages"/planner-gui_*.deb "$tree"
    sed -i "s/^Version: .*/Version: $old_version-1/" "$tree/DEBIAN/control"
    sed "s/^__version__ = .*/__version__ = \"$old_version\"/" "$here/../planner_gui/__init__.py" >"$work/older.py"
    "$work/packages/bundle/environment/bin/python" -c "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], \
        dfile='planner_gui/__init__.py', doraise=True, optimize=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)" \
        "$work/older.py" "$tree/usr/lib/planner-gui/_internal/planner_gui/__init__.pyc"
    (cd "$tree" && find usr -type f | LC_ALL=C sort | xargs -d '\n' md5sum) >"$tree/DEBIAN/md5sums"
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$work/old.deb"
}

install_package() { # $1: old or new
    as_root "apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 /smoke/$1.deb" >>"$results/apt.log" 2>&1 ||
        fail "apt could not install the package, see $results/apt.log"
}

files() { # of the whole root, but for what every program of a system writes
    (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./var/lib/dpkg -o -path ./var/log -o \
        -path ./var/cache -o -path ./tmp -o -path ./run -o -path ./smoke -o -path ./home \) -prune -o -print | sort)
}

# --- what is checked ----------------------------------------------------------------------------------------------

install_old() {
    as_root "apt-get update" >"$results/apt.log" 2>&1 || true # installing says what is really missing
    as_root "useradd --create-home --uid 1000 planner && mkdir -p /run/user && install -d -o planner -m 700 /run/user/1000"
    say "apt installs $old_version into a root without Python"
    install_package old
    ! as_root "command -v python3" >/dev/null || fail "there is a Python: nothing would be shown"
    [ "$(as_person 'planner-gui --version')" = "planner-gui $old_version" ] || fail "it does not say its version"
    code=0
    message=$(as_person 'planner-gui --demo' 2>&1) || code=$?
    [ "$code" = 1 ] && [ "$(printf '%s\n' "$message" | wc -l)" = 1 ] || fail "without a display: $code, $message"
    say "without a display: $message"
}

install_desktop() {
    say "Installing a desktop"
    as_root "apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 $desktop" >>"$results/apt.log" 2>&1 ||
        fail "apt could not install the desktop, see $results/apt.log"
    # openbox asks for a Python, for a helper that nobody uses here: its files alone.
    as_root "cd /smoke && apt-get download openbox && dpkg-deb -x openbox_*.deb /" >>"$results/apt.log" 2>&1 ||
        fail "apt could not get openbox, see $results/apt.log"
    ! as_root "command -v python3" >/dev/null || fail "the desktop brought a Python: nothing would be shown"
    cp "$here/smoke-session.sh" "$root/smoke/"
    install -d -o 1000 "$root/smoke/pictures"
}

start_sandbox() { # $1: port
    # Not by as_person: what runs in the background must be the sandbox itself, to be ended.
    chroot --userspec=planner:planner "$root" /usr/bin/env -i HOME=/home/planner LANG=C.UTF-8 PATH=/usr/bin:/bin \
        PLANNER_GUI_TODAY="$today" planner-gui sandbox --people 12 --port "$1" <&- \
        >"$results/sandbox.json" 2>"$results/sandbox.log" &
    sandbox=$!
    for _ in $(seq 300); do
        ! grep -q connections "$results/sandbox.json" || return 0
        kill -0 "$sandbox" 2>/dev/null || break
        sleep 0.2
    done
    fail "the sandbox did not start, see $results/sandbox.log"
}

facts() { # what is JSON or a picture
    python3 "$here/smoke-facts.py" "$@" || fail "smoke-facts $1"
}

upgrade() {
    say "A draft is pending; upgrading to $(dpkg-deb -f "$root/smoke/new.deb" Version)"
    as_person "planner-gui edit plan /smoke/edits.json" >>"$results/session.log" || fail "edit"
    as_person "planner-gui changes plan --json" >"$results/changes-before.json"
    stop_sandbox
    install_package new
    ! as_person "planner-gui --version" | grep -q "$old_version" || fail "it is still the old one"
    as_person "planner-gui changes plan --json" >"$results/changes-after.json"
    cmp "$results/changes-before.json" "$results/changes-after.json" || fail "the upgrade changed what was pending"
}

# K2: code planted where the bundle must not look for any. K4: no window for root on a desktop.
check_refusals() {
    say "Planted code is not loaded"
    mkdir -p "$root/smoke/planted/platforms"
    for name in httpx sitecustomize usercustomize startup PySide6; do
        echo 'open("/tmp/planted", "w").close()' >"$root/smoke/planted/$name.py"
    done
    echo "no library" >"$root/smoke/planted/platforms/libqoffscreen.so"
    as_person "cd /smoke/planted && PYTHONPATH=/smoke/planted PYTHONHOME=/smoke/planted PYTHONSTARTUP=/smoke/planted/startup.py \
        QT_PLUGIN_PATH=/smoke/planted QT_QPA_PLATFORM_PLUGIN_PATH=/smoke/planted/platforms QT_QPA_PLATFORM=offscreen \
        timeout --preserve-status -s TERM 20 planner-gui --demo" >"$results/planted.log" 2>&1 ||
        fail "with planted code the demo did not run: $(tail -n 3 "$results/planted.log")"
    [ ! -e "$root/tmp/planted" ] || fail "planted code ran"
    as_person "cd /smoke/planted && PYTHONPATH=/smoke/planted planner-gui doctor" >"$results/doctor.log" ||
        fail "doctor failed among planted code"
    [ ! -e "$root/tmp/planted" ] || fail "planted code ran in a command"
    say "Root gets no window on a desktop"
    chroot "$root" /usr/bin/Xvfb :97 -nolisten tcp >/dev/null 2>&1 &
    server=$!
    sleep 3 # where the display is not there yet, the message is another, and the test fails
    code=0
    message=$(as_root "DISPLAY=:97 timeout 60 planner-gui --demo" 2>&1) || code=$?
    kill "$server"
    case $code$message in 1*--allow-root*) ;; *) fail "root: $code, $message" ;; esac
}

purge() {
    say "Purging"
    owned=$(as_root "dpkg -L planner-gui" | sed 's/^/./')
    files >"$work/files-before"
    before=$(cd "$root/home/planner" && find . -type f -exec sha256sum {} + | sort)
    as_root "apt-get purge -y -o Dpkg::Use-Pty=0 planner-gui" >>"$results/apt.log" 2>&1 || fail "apt could not purge"
    files >"$work/files-after"
    [ "$before" = "$(cd "$root/home/planner" && find . -type f -exec sha256sum {} + | sort)" ] ||
        fail "purging touched the user's files"
    [ -e "$root/home/planner/plan/queue.db" ] || fail "the workspace is gone"
    left=$(comm -12 "$work/files-after" - <<EOT | while read -r path; do [ -d "$root/$path" ] || echo "$path"; done
$(printf '%s\n' "$owned" | sort)
EOT
)
    [ -z "$left" ] || fail "purging left $left"
    # Nothing that the package brought, and nothing that running it left outside the home: whatever is named so, anywhere.
    named=$(find "$root" -xdev \( -path "$root/home" -o -path "$root/smoke" -o -path "$root/proc" -o -path "$root/dev" \
        -o -path "$root/var/log" \) -prune -o -name '*planner?gui*' -print)
    [ -z "$named" ] || fail "purging left $named"
    comm -13 "$work/files-before" "$work/files-after" >"$results/new-files"
    [ ! -s "$results/new-files" ] || fail "purging made files, see $results/new-files"
}

rm -rf "$results"
mkdir -p "$results"
make_base "${2:-}"
copy_base
build_packages
install_old
install_desktop
start_sandbox 0
facts connections "$results/sandbox.json" "$root/smoke/connect.sh"
say "On a desktop: demo, connect, sync, export"
on_desktop first
facts leave "$root/home/planner/before.json" "$root/smoke/edits.json"
port=$(facts port "$results/sandbox.json")
upgrade
start_sandbox "$port"
say "On a desktop, after the upgrade: opened from the menu, sent, read back"
on_desktop second
facts sent "$root/smoke/edits.json" "$root/home/planner/after.json" "$root/home/planner/changes.json"
stop_sandbox
check_refusals
purge
for picture in "$root/smoke/pictures"/*.xwd; do facts picture "$picture" "$results/$(basename "$picture" .xwd).png"; done
say "All of it works; pictures are in $results"
