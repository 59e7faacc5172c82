#!/bin/sh
# Makes the portable build: one file, OUT/planner-gui-VERSION-MACHINE.run, for any Linux desktop with this machine's C library
# or a newer one. No root, no installation.
#
#     packaging/build-portable.sh OUT [VERSION]
#
# The file is a shell script with the bundle behind it. Its first start unpacks that into the user's cache folder, checked
# by its SHA-256; each start runs it from there. Needs xz to build and to start.
set -eu

[ $# -ge 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
project=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)

version=${2:-$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$project/planner_gui/__init__.py")}
PLANNER_GUI_SYSTEM_LIBRARIES=carry "$project/packaging/build-bundle.sh" "$out/bundle" "$version"

cp "$out/bundle/sbom.cdx.json" "$out/bundle/planner-gui/sbom.cdx.json"
tar --sort=name --owner=0 --group=0 --mtime=@0 -C "$out/bundle" -cf "$out/payload.tar" planner-gui
xz -T0 -6 -f "$out/payload.tar"
sum=$(sha256sum <"$out/payload.tar.xz" | cut -d' ' -f1)
file=$out/planner-gui-$version-$(uname -m).run
{
    sed -e "s/@VERSION@/$version/" -e "s/@SUM@/$sum/" "$project/packaging/portable-head.sh"
    cat "$out/payload.tar.xz"
} >"$file"
chmod 755 "$file"
rm "$out/payload.tar.xz"
printf '%s\n' "== $(du -m --apparent-size "$file" | cut -f1) MB" >&2
printf '%s\n' "$file"
