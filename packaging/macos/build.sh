#!/bin/sh
# Makes the macOS disk image: OUT/planner-gui-VERSION.dmg. NOT RUN on the machine this was written on.
#
#     packaging/macos/build.sh OUT
#
# Needs a framework or shared-library Python 3.11 or newer (python.org's) and Xcode's command line tools. Signed where
# CODESIGN_IDENTITY names a Developer ID, notarised where NOTARY_PROFILE names a keychain profile of notarytool; without
# them the image is for the machine that made it.
set -eu

[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$project/planner_gui/__init__.py")

PLANNER_GUI_VERSION=$version PLANNER_GUI_ICONS=$out/icons "$project/packaging/build-bundle.sh" "$out"
app=$out/planner-gui.app
mkdir -p "$app/Contents/Resources/licences"
cp -R "$out/planner-gui/licences/." "$app/Contents/Resources/licences/"

if [ -n "${CODESIGN_IDENTITY:-}" ]; then
    # Inside out: libraries first, then the program, then the bundle. --deep would give every library the entitlements.
    find "$app/Contents/Frameworks" "$app/Contents/MacOS" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -100 \) \
        ! -name planner-gui -exec codesign --force --timestamp --options runtime --sign "$CODESIGN_IDENTITY" {} +
    codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
        --sign "$CODESIGN_IDENTITY" "$app"
    codesign --verify --deep --strict "$app"
fi
"$app/Contents/MacOS/planner-gui" --version

image=$out/planner-gui-$version.dmg
rm -rf "$out/image" "$image"
mkdir "$out/image"
cp -R "$app" "$out/image/"
ln -s /Applications "$out/image/Applications"
hdiutil create -volname planner-gui -srcfolder "$out/image" -format UDZO "$image"
if [ -n "${CODESIGN_IDENTITY:-}" ] && [ -n "${NOTARY_PROFILE:-}" ]; then
    codesign --timestamp --sign "$CODESIGN_IDENTITY" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
fi
printf '%s\n' "$image"
