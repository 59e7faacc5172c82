#!/bin/sh
# Makes the Debian package: OUT/planner-gui_VERSION_ARCHITECTURE.deb. Plain dpkg-deb, no maintainer scripts.
#
#     packaging/build-deb.sh OUT [VERSION]
#
# Builds the bundle first (build-bundle.sh), in OUT/bundle, leaving to Depends what Debian packages provide. Build on the
# oldest Debian or Ubuntu that the package is for. Afterwards runs desktop-file-validate, appstreamcli and lintian, and
# says which of them are not installed; their remarks are explained in packaging/README.md. PLANNER_GUI_UNCHECKED=1
# leaves these checks out: lintian takes minutes.
set -eu

[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
project=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
umask 022

say() { printf '%s\n' "== $*" >&2; }
fail() { printf '%s\n' "build-deb: $*" >&2; exit 1; }
command -v dpkg-deb >/dev/null || fail "dpkg-deb not found: a Debian package is built on Debian or Ubuntu"

version=${2:-$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$project/planner_gui/__init__.py")}
architecture=$(dpkg --print-architecture)
PLANNER_GUI_SYSTEM_LIBRARIES=depends "$project/packaging/build-bundle.sh" "$out/bundle" "$version"
bundle=$out/bundle/planner-gui
python=$out/bundle/environment/bin/python

# The time of the last commit, so that the same inputs make the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$project" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

root=$out/root
rm -rf "$root"
share=$root/usr/share
document=$share/doc/planner-gui
mkdir -p "$root/DEBIAN" "$root/usr/lib" "$root/usr/bin" "$document" "$share/applications" "$share/metainfo" "$share/icons" \
    "$share/man/man1" "$share/lintian/overrides"
cp -a "$bundle" "$root/usr/lib/planner-gui"
ln -s ../lib/planner-gui/planner-gui "$root/usr/bin/planner-gui"
ln -s ../../../lib/planner-gui/licences "$document/licences"

linux=$project/resources/linux
cp "$linux/planner-gui.desktop" "$share/applications/"
cp "$linux/planner-gui.metainfo.xml" "$share/metainfo/org.planner_gui.planner_gui.metainfo.xml"
gzip -9n <"$linux/planner-gui.1" >"$share/man/man1/planner-gui.1.gz"
QT_QPA_PLATFORM=offscreen "$python" "$project/packaging/icons.py" "$out/icons"
cp -R "$out/icons/hicolor" "$share/icons/"

cp "$project/packaging/debian/copyright" "$document/copyright"
cp "$project/packaging/debian/lintian-overrides" "$share/lintian/overrides/planner-gui"
gzip -9n <"$project/CHANGELOG.md" >"$document/changelog.gz"
gzip -9n <"$out/bundle/sbom.cdx.json" >"$document/sbom.cdx.json.gz"
gzip -9n >"$document/changelog.Debian.gz" <<EOT
planner-gui ($version-1) stable; urgency=medium

  * What changed is in changelog.gz.

 -- The planner-gui developers <planner-gui@localhost>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
EOT

# What belongs to root is written by nobody else, and only programs are programs.
find "$root/usr" -type d -exec chmod 755 {} +
find "$root/usr" -type f -exec chmod 644 {} +
chmod 755 "$root/usr/lib/planner-gui/planner-gui"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

depends=$("$python" "$project/packaging/depends.py" "$root/usr/lib/planner-gui")
sed -e "s/@VERSION@/$version-1/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$root/usr" | cut -f1)/" "$project/packaging/debian/control" >"$root/DEBIAN/control"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"

deb=$out/planner-gui_$version-1_$architecture.deb
say "Packing $deb"
dpkg-deb --root-owner-group -Zxz --build "$root" "$deb" >/dev/null
say "$(du -m --apparent-size "$deb" | cut -f1) MB; Depends: $depends"

[ -z "${PLANNER_GUI_UNCHECKED:-}" ] || { printf '%s\n' "$deb"; exit 0; }
remarks=0
check() { # a command
    command -v "$1" >/dev/null || { say "$1: not installed, not run"; return 0; }
    say "$*"
    "$@" || remarks=1
}
check desktop-file-validate "$share/applications/planner-gui.desktop"
check appstreamcli validate --no-net --pedantic "$share/metainfo/org.planner_gui.planner_gui.metainfo.xml"
LC_ALL=C.UTF-8 check lintian --allow-root --fail-on error,warning "$deb"
[ "$remarks" = 0 ] || fail "the package was made, but see the remarks above"
printf '%s\n' "$deb"
